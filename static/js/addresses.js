// Web addresses: what is pasted or dropped anywhere on the page as an address goes into their field, one a line.
const ADDRESS = /^https?:\/\/\S+$/i;

export function connect(form, changed) {
  const field = form.elements.address;
  if (!field) return;
  const put = (text) => {
    const lines = text.split(/\s+/).filter(Boolean);
    if (!lines.length || !lines.every((line) => ADDRESS.test(line))) return false;
    const before = field.value.split(/\s+/).filter(Boolean);
    field.value = [...before, ...lines.filter((line) => !before.includes(line))].join("\n");
    for (let part = field.closest("details"); part; part = part.parentElement.closest("details")) part.open = true;
    field.focus();
    changed();
    return true;
  };
  field.addEventListener("input", changed);
  document.addEventListener("paste", (event) => {
    if (event.clipboardData.files.length || event.target.closest?.("input, textarea")) return;
    if (put(event.clipboardData.getData("text"))) event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    if (!event.dataTransfer.files.length) put(event.dataTransfer.getData("text/uri-list").replace(/^#.*$/gm, ""));
  });
}
