// Counts that the socket keeps true: live:badge {name, count}.
document.addEventListener("live:badge", (event) => {
  const { name, count } = event.detail;
  for (const badge of document.querySelectorAll(`[data-live-badge="${CSS.escape(name)}"]`)) {
    const said = badge.querySelector(".vh");
    badge.textContent = count > 99 ? "99+" : String(count);
    if (said) badge.append(said);
    badge.hidden = count === 0;
  }
});
