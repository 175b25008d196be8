/** Checking in: one position from the device, and a photo, made small here; the server writes time, customer, member and
 * place on it. Without a network this is done here when it is taken. The exact position is never on it: more people see
 * the photo than may see where somebody was. */
const LONGEST_SIDE = 1280;

export function mount(root: HTMLElement): void {
  const form = root as HTMLFormElement;
  const where = form.querySelector<HTMLElement>("[data-where]");
  const field = (name: string): HTMLInputElement | null => form.querySelector(`input[name="${name}"]`);
  const put = (name: string, value: string): void => {
    const one = field(name);
    if (one) one.value = value;
  };
  const say = (text: string): void => {
    if (where) where.textContent = text;
  };
  const locate = (): void => {
    say(form.dataset.locating ?? "");
    if (!navigator.geolocation) return say(form.dataset.unlocated ?? "");
    navigator.geolocation.getCurrentPosition(
      (found) => {
        const { latitude, longitude, accuracy } = found.coords;
        put("latitude", latitude.toFixed(6));
        put("longitude", longitude.toFixed(6));
        put("accuracy", String(accuracy));
        put("datum", "wgs84");
        put("mocked", "mocked" in found.coords && found.coords.mocked ? "on" : "");
        say((form.dataset.located ?? "").replace("%s", String(Math.round(accuracy))));
      },
      () => say(form.dataset.unlocated ?? ""),
      { enableHighAccuracy: true, timeout: 15_000, maximumAge: 0 },
    );
  };
  form.querySelector("[data-again]")?.addEventListener("click", locate);
  const photo = field("photo");
  photo?.addEventListener("change", () => {
    const file = photo.files?.[0];
    if (file) void drawn(form, file, []).then((made) => {
      if (!made) return;
      const kept = new DataTransfer();
      kept.items.add(made);
      photo.files = kept.files;
    });
  });
  locate();
}

/** A position to a kilometre, as it may stand on a photo; '' without one. */
export const near = (latitude?: string, longitude?: string): string =>
  latitude && longitude ? `${Number(latitude).toFixed(2)}, ${Number(longitude).toFixed(2)}` : "";

/** FILE with when it was TAKEN, the customer and the member, and about where it is. */
export function stamp(form: HTMLFormElement, file: File, taken = new Date()): Promise<File | null> {
  const who = [form.dataset.stamp, form.dataset.member].filter(Boolean).join(" · ");
  return drawn(form, file, [taken.toLocaleString(document.documentElement.lang), who, form.dataset.place ?? ""].filter(Boolean));
}

async function drawn(form: HTMLFormElement, file: File, lines: string[]): Promise<File | null> {
  const canvas = form.querySelector<HTMLCanvasElement>("canvas");
  const pen = canvas?.getContext("2d");
  const picture = await createImageBitmap(file).catch(() => null);
  if (!canvas || !pen || !picture) return null; // the server says why it is no picture
  const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.hidden = false;
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  const size = Math.max(16, Math.round(canvas.width / 32));
  pen.fillStyle = "rgb(0 0 0 / 55%)";
  if (lines.length) pen.fillRect(0, canvas.height - size * 1.5 * (lines.length + 0.5), canvas.width, canvas.height);
  pen.fillStyle = "#fff";
  pen.font = `${size}px sans-serif`;
  lines.forEach((line, at) => pen.fillText(line, size, canvas.height - size * 1.5 * (lines.length - at - 0.5), canvas.width - 2 * size));
  const made = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.85));
  return made ? new File([made], "visit.jpg", { type: "image/jpeg" }) : null;
}
