export function startPwa(): void {
  const url = document.querySelector<HTMLLinkElement>('link[rel="manifest"]')?.dataset.worker;
  if (url && "serviceWorker" in navigator) void navigator.serviceWorker.register(url, { scope: "/" });
}
