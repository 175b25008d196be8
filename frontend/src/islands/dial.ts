/** A number that was called from a record is logged afterwards: back from the phone, the record's log form opens. */
export function startDial(): void {
  const byThumb = matchMedia("(pointer: coarse)");
  document.addEventListener("click", (event) => {
    const link = (event.target as Element).closest?.<HTMLAnchorElement>('a[href^="tel:"]');
    const log = document.querySelector<HTMLElement>('main a[data-create][href*="activities/new/"]');
    if (!link || !log || !byThumb.matches) return;
    const back = (): void => {
      if (document.visibilityState !== "visible") return;
      document.removeEventListener("visibilitychange", back);
      if (log.isConnected) log.click();
    };
    document.addEventListener("visibilitychange", back);
  });
}
