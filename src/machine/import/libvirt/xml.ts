import { parseXml, XmlElement } from '@rgrove/parse-xml';
import { quote, type Words } from '../said.ts';

/** An element of an XML document. */
export interface Element extends Words {
  name: string;
  /** `what` is its start tag and text, `line` where that stands. */
  attributes: Record<string, string>;
  children: Element[];
  /** Its text without blanks around it. */
  text: string;
}

/**
 * Reads XML. No entity but the five of XML itself is known, and no declaration of one is read, so that neither files
 * nor expansions can be asked for.
 * @throws an Error that says what is wrong, and where
 */
export function readXml(text: string): Element {
  const document = parseXml(text, { includeOffsets: true });
  const bytes = Buffer.from(text);
  let line = 1;
  let counted = 0;
  // Elements are met in the order of the text: each line end is counted once.
  const lineAt = (offset: number): number => {
    for (; counted < offset; counted++) if (bytes[counted] === 10) line++;
    return line;
  };
  const read = (element: XmlElement): Element => {
    const { name, attributes } = element;
    const line = lineAt(element.start);
    const children = element.children.filter((child) => child instanceof XmlElement).map(read);
    const own = children.length > 0 ? '' : element.text.trim();
    return { what: quote(`${startTag(element)}${own}`), line, name, attributes, children, text: own };
  };
  if (!document.root) throw new Error('there is no element');
  return read(document.root);
}

/** A start tag for people to read; a password of a screen is not for everybody to read. */
function startTag({ name, attributes }: XmlElement): string {
  const shown = Object.entries(attributes).filter(([key]) => key !== 'passwd');
  return `<${[name, ...shown.map(([key, value]) => `${key}='${value}'`)].join(' ')}>`;
}

/** The first element of this name in another, or down a path of names. */
export function child(element: Element | undefined, ...path: string[]): Element | undefined {
  return path.reduce((at, name) => at?.children.find((it) => it.name === name), element);
}

export function children(element: Element | undefined, name: string): Element[] {
  return element?.children.filter((it) => it.name === name) ?? [];
}

/** An attribute, empty where it or the element is not there. */
export function attribute(element: Element | undefined, name: string): string {
  return element?.attributes[name] ?? '';
}
