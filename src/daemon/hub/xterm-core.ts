import type { IBufferCell, IUnicodeVersionProvider, Terminal } from '@xterm/headless';

/**
 * What xterm.js 6 knows of a terminal and its public interface does not tell. Names and meanings are those of its
 * src/common (InputHandler.ts, buffer/Buffer.ts, services/); addon-serialize reaches in by the same way.
 */
export interface TerminalCore {
  readonly buffers: { readonly active: BufferCore; readonly normal: BufferCore };
  readonly coreService: {
    readonly isCursorHidden: boolean;
    readonly decPrivateModes: {
      readonly cursorStyle: 'block' | 'underline' | 'bar' | undefined;
      readonly cursorBlink: boolean | undefined;
    };
  };
  readonly coreMouseService: { readonly activeEncoding: 'DEFAULT' | 'SGR' | 'SGR_PIXELS' };
  readonly unicodeService: { readonly _providers: Readonly<Record<string, IUnicodeVersionProvider>> };
  readonly _inputHandler: {
    readonly _curAttrData: Attributes;
    readonly _charsetService: { readonly glevel: number; readonly _charsets: (Charset | undefined)[] };
    /** Other than 0 where the last thing parsed was a character, which one that combines would join. */
    readonly _parser: { readonly precedingJoinState: number };
  };
}

/** Rows count from 0 at the top of the screen, but `savedY` from the first line of the scrollback. */
export interface BufferCore {
  readonly x: number;
  readonly y: number;
  readonly ybase: number;
  readonly scrollTop: number;
  readonly scrollBottom: number;
  readonly savedX: number;
  readonly savedY: number;
  readonly savedCurAttrData: Attributes;
  readonly tabs: Readonly<Record<number, boolean | undefined>>;
}

/** What a character looks like: of a cell, or of those to come. */
export type Attributes = Omit<IBufferCell, 'getWidth' | 'getChars' | 'getCode'>;

/** Replaced letters; none is ASCII. */
type Charset = Readonly<Record<string, string | undefined>>;

export const coreOf = (terminal: Terminal): TerminalCore =>
  (terminal as unknown as { _core: TerminalCore })._core;
