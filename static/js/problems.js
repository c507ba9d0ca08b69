// What is wrong with files, above the form: each the server's code and the server's sentence.
const form = document.querySelector("[data-upload]");
const part = (name) => form.querySelector(`[data-${name}]`);

export function showErrors(problems) {
  part("error").hidden = !problems.length;
  part("error").replaceChildren(...problems.map(([code, sentence], at) => {
    const line = part("error-pattern").content.firstElementChild.cloneNode(true);
    if (at === 0) line.id = "id_image_error";
    line.querySelector("[data-error-sentence]").textContent = sentence;
    line.querySelector("[data-error-code]").textContent = code;
    return line;
  }));
  const input = form.querySelector("#id_image");
  if (problems.length) input.setAttribute("aria-invalid", "true");
  else input.removeAttribute("aria-invalid");
  input.setAttribute("aria-describedby", problems.length ? "id_image_limits id_image_error" : "id_image_limits");
}
