import { isLetter } from './characters.ts';
import { StartTag } from './element.ts';
import type { Surroundings } from './element.ts';
import { nameEnd } from './names.ts';
import { OpenElements } from './open-elements.ts';
import type { DeclaredEntities } from './entities.ts';
import type { Source } from './source.ts';
import { tagNameAt, VOID } from './tag-names.ts';
import { readTag } from './tag.ts';

/** Elements open at a time inside one comment; deeper ones hang on the document around it. */
const MAX_DEPTH = 128;

/**
 * What is open around the tags of a comment to a client that reads it as markup (`<!--[if mso]><div style="display:none"><img …>`): the
 * comment's own elements, and the document's above them. Built in one pass when somebody first asks for a parent; never used to find.
 */
export class CommentTree implements Surroundings {
  readonly #source: Source;
  readonly #start: number;
  readonly #end: number;
  readonly #outer: StartTag | undefined;
  readonly #depth: number;
  readonly #declared: DeclaredEntities;
  #parents: ReadonlyMap<number, StartTag> | undefined;

  constructor(
    source: Source,
    start: number,
    end: number,
    outer: StartTag | undefined,
    depth: number,
    declared: DeclaredEntities,
  ) {
    this.#source = source;
    this.#start = start;
    this.#end = end;
    this.#outer = outer;
    this.#depth = depth;
    this.#declared = declared;
  }

  /** The parent of the tag whose name begins at `nameStart`. */
  parentAt(nameStart: number): StartTag | undefined {
    this.#parents ??= this.#build();
    return this.#parents.get(nameStart) ?? this.#outer;
  }

  #build(): ReadonlyMap<number, StartTag> {
    const { text } = this.#source;
    const parents = new Map<number, StartTag>();
    const open = new OpenElements(MAX_DEPTH, 4 * (this.#end - this.#start) + 1000, true);
    let at = text.indexOf('<', this.#start);
    while (at >= 0 && at < this.#end && !open.flat) {
      let end = at + 1;
      const isEnd = text.charCodeAt(at + 1) === 0x2f;
      const start = isEnd ? at + 2 : at + 1;
      if (isLetter(text.charCodeAt(start))) {
        if (isEnd) {
          end = nameEnd(text, start, false);
          open.close(tagNameAt(text, start, end));
        } else end = this.#startTag(start, open, parents);
      }
      at = text.indexOf('<', end);
    }
    return parents;
  }

  #startTag(start: number, open: OpenElements, parents: Map<number, StartTag>): number {
    const { text } = this.#source;
    const raw = readTag(text, start);
    const name = tagNameAt(text, start, raw.nameEnd);
    open.imply(name);
    const parent = open.top;
    if (parent !== undefined) parents.set(start, parent);
    if ((name.groups & VOID) === 0 && !(raw.selfClosing && name.name !== name.local)) {
      const depth = this.#depth + open.depth;
      open.open(new StartTag(name, parent ?? this.#outer, depth, this.#source, raw, this.#declared));
    }
    return raw.end;
  }
}
