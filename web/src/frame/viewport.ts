/** Keeps the page as high as what can be seen of it: an on-screen keyboard takes its part away. */
export function followViewport(): void {
  const seen = window.visualViewport;
  if (!seen) return;
  const fit = () => {
    document.documentElement.style.setProperty('--seen', `${Math.round(seen.height)}px`);
    if (seen.height < innerHeight) scrollTo(0, 0);
  };
  seen.addEventListener('resize', fit);
  fit();
}
