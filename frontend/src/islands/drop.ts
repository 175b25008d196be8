/** A form that takes files: dropped, chosen or from the camera, they are sent at once. */
export function mount(form: HTMLElement): void {
  const inputs = [...form.querySelectorAll<HTMLInputElement>('input[type="file"]')];
  const send = (input: HTMLInputElement): void => {
    if (!input.files?.length) return;
    for (const other of inputs) other.disabled = other !== input;
    form.classList.add("is-busy");
    (form as HTMLFormElement).requestSubmit();
  };
  for (const input of inputs) input.addEventListener("change", () => send(input));
  for (const name of ["dragenter", "dragover"]) {
    form.addEventListener(name, (event) => {
      event.preventDefault();
      form.classList.add("is-over");
    });
  }
  for (const name of ["dragleave", "drop"]) form.addEventListener(name, () => form.classList.remove("is-over"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    const files = event.dataTransfer?.files;
    const first = inputs[0];
    if (!files?.length || !first) return;
    first.files = files;
    send(first);
  });
}
