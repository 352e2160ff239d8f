export { isSigned } from './signed.ts';
export { textGuard, visibleWords } from './text-guard.ts';
export { isUrl, pageGuard, urlGuard } from './url-guard.ts';
export { serviceLabels, serviceWords } from './words.ts';
export { splitCamel, wordsOf } from './fold.ts';
