// Runs before the first paint, as a classic script: light or dark is set before anything is drawn.
{
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const choice = root.dataset.theme ?? "auto";
  root.dataset.bsTheme = choice === "auto" ? (dark ? "dark" : "light") : choice;
  if (localStorage.getItem("muster.sidebar") === "narrow") root.dataset.sidebar = "narrow";
}
