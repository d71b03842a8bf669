/** A text as a part of a regular expression that stands for just these characters; not within `[…]`. */
export function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
