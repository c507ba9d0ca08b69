// A picture turned by a quarter to the right, as a new file.
const MOST_PIXELS = 12e6; // what is kept at the most
const QUALITY = 0.95;

export async function turned(file) {
  const picture = await createImageBitmap(file); // upright, as its EXIF says
  const scale = Math.min(1, Math.sqrt(MOST_PIXELS / (picture.width * picture.height)));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.height * scale);
  canvas.height = Math.round(picture.width * scale);
  const pen = canvas.getContext("2d");
  pen.translate(canvas.width, 0);
  pen.rotate(Math.PI / 2);
  pen.drawImage(picture, 0, 0, canvas.height, canvas.width);
  picture.close();
  return fileOf(canvas, file.name, file.type === "image/png" ? "image/png" : "image/jpeg");
}

export async function fileOf(canvas, name, type) {
  const content = await new Promise((done) => canvas.toBlob(done, type, QUALITY));
  const ending = type === "image/png" ? "png" : "jpg";
  return new File([content], `${name.replace(/\.[^.]*$/, "")}.${ending}`, { type });
}
