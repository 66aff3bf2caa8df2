/** Whether a path is `directory`, or lies in it; both absolute, without `..`. */
export const isWithin = (path: string, directory: string): boolean =>
  path === directory || path.startsWith(directory === '/' ? '/' : `${directory}/`);
