/** Writes to standard output what is wanted of it. */
export async function copy(
  output: AsyncIterable<Uint8Array>,
  wanted: (chunk: Uint8Array) => boolean = () => true,
): Promise<void> {
  for await (const chunk of output) {
    if (!wanted(chunk) || process.stdout.write(chunk)) continue;
    await new Promise((resolve) => process.stdout.once('drain', resolve));
  }
}
