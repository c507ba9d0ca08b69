// The upload page: drop or paste a picture, see it, and hear at once what the server would refuse.
const form = document.querySelector("[data-upload]");
const input = form.querySelector("input[type=file]");
const drop = form.querySelector("[data-drop]");
const part = (name) => form.querySelector(`[data-${name}]`);
const HEAD = 2048; // bytes that tell what kind of file it is
const TIFF = ["II*\0", "MM\0*", "II+\0", "MM\0+"];
const TAKEN = ["\x89PNG\r\n\x1a\n", "\xff\xd8\xff", "GIF87a", "GIF89a", "BM", ...TIFF];
const HEIC = ["heic", "heix", "hevc", "hevx", "heim", "heis", "mif1", "msf1"];
const OTHERS = [
  ["%PDF", "a PDF document"],
  ["PK\x03\x04", "a ZIP archive or office document"],
  ["8BPS", "a Photoshop file"],
  ["\0\0\x01\0", "an icon"],
];
let chosen = 0;
let preview;

// Each returns undefined, or why the file is refused: the server's code and the server's sentence.
function refusalOfSize(file) {
  const { maxBytes, maxMegabytes } = form.dataset;
  if (file.size === 0) return ["empty_file", "This file is empty; send a picture."];
  if (file.size <= Number(maxBytes)) return undefined;
  const size = (file.size / 1e6).toFixed(1);
  return ["too_many_bytes", `This file has ${size} MB; send at most ${maxMegabytes} MB.`];
}

function refusalOfKind(head) {
  const { accepted } = form.dataset;
  const unsupported = (name) => ["unsupported_format", `This is ${name}, which is not read here; send ${accepted}.`];
  if (TAKEN.some((magic) => head.startsWith(magic))) return undefined;
  if (head.startsWith("RIFF") && head.slice(8, 12) === "WEBP") return undefined;
  if (head.slice(4, 8) === "ftyp") {
    const avif = head.slice(8, 40).includes("avif");
    if (avif) return unsupported("an AVIF picture");
    return HEIC.includes(head.slice(8, 12)) ? undefined : unsupported("a video");
  }
  const other = OTHERS.find(([magic]) => head.startsWith(magic));
  if (other) return unsupported(other[1]);
  if (head.toLowerCase().includes("<svg")) return unsupported("an SVG drawing");
  return undefined; // the server knows more kinds
}

async function refusal(file) {
  const head = new Uint8Array(await file.slice(0, HEAD).arrayBuffer());
  return refusalOfSize(file) ?? refusalOfKind(String.fromCharCode(...head));
}

function showError(problem) {
  part("error").hidden = !problem;
  part("error-line").hidden = !problem;
  part("error-sentence").textContent = problem ? problem[1] : "";
  part("error-code").textContent = problem ? problem[0] : "";
  input.toggleAttribute("aria-invalid", Boolean(problem));
  input.setAttribute("aria-describedby", problem ? "id_image_limits id_image_error" : "id_image_limits");
}

function showPreview(file) {
  if (preview) URL.revokeObjectURL(preview);
  preview = file && URL.createObjectURL(file);
  part("preview").hidden = !file;
  if (!file) return;
  const picture = part("preview-picture");
  picture.hidden = false;
  picture.onerror = () => { picture.hidden = true; }; // HEIC and TIFF, in most browsers
  picture.src = preview;
  part("preview-name").textContent = file.name;
}

async function choose() {
  const file = input.files[0];
  const turn = (chosen += 1);
  const problem = file && (await refusal(file));
  if (turn !== chosen) return; // another file was chosen meanwhile
  showError(problem);
  showPreview(problem ? undefined : file);
  part("progress").textContent = file && !problem ? `${part("progress").dataset.chosen} ${file.name}` : "";
  if (problem) input.value = "";
}

function takeOver(files) {
  if (!files.length) return;
  const one = new DataTransfer();
  one.items.add(files[0]);
  input.files = one.files;
  choose();
}

function sending(on) {
  part("send").disabled = on;
  form.classList.toggle("is-sending", on);
  if (on) part("progress").textContent = part("progress").dataset.sending;
}

input.addEventListener("change", choose);
form.addEventListener("submit", () => setTimeout(() => sending(true))); // after the browser has taken the form's content
window.addEventListener("pageshow", () => sending(false));
document.addEventListener("paste", (event) => takeOver(event.clipboardData.files));
for (const kind of ["dragover", "dragenter"]) {
  document.addEventListener(kind, (event) => {
    event.preventDefault();
    drop.classList.add("is-over");
  });
}
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) drop.classList.remove("is-over");
});
document.addEventListener("drop", (event) => {
  event.preventDefault();
  drop.classList.remove("is-over");
  takeOver(event.dataTransfer.files);
});
form.querySelector("[data-only-with-script]").hidden = false;
if (input.files.length) choose(); // a browser that came back to this page
