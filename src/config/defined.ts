type Defined<Value> = { [Key in keyof Value]: Exclude<Value[Key], undefined> };

/** The same object without the keys that are undefined, as `exactOptionalPropertyTypes` wants it. */
export function defined<Value extends object>(value: Value): Defined<Value> {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as Defined<Value>;
}
