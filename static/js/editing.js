// A picture turned by quarters to the right and cut to a part. Made from the file as it was chosen, however often it is
// changed, so that it is packed anew once at the most; a picture that is neither turned nor cut stays the file it was.
const MOST_PIXELS = 12e6; // what is kept at the most
const QUALITY = 0.95;
export const WHOLE = { left: 0, top: 0, right: 1, bottom: 1 };

// Where `part` (shares of width and height) lies once the picture is turned by a quarter to the right.
export const turnedPart = ({ left, top, right, bottom }) => ({ left: 1 - bottom, top: left, right: 1 - top, bottom: right });

const isWhole = (part) => Object.keys(WHOLE).every((side) => part[side] === WHOLE[side]);

export async function edited(file, { turns, part }) {
  if (!turns && isWhole(part)) return file;
  const canvas = await drawn(file, turns, part, MOST_PIXELS);
  return fileOf(canvas, file.name, file.type === "image/png" ? "image/png" : "image/jpeg");
}

// The picture, upright as its EXIF says, then turned, then cut, on a canvas of at most so many pixels.
export async function drawn(file, turns, part, mostPixels) {
  const picture = await createImageBitmap(file);
  const [width, height] = turns % 2 ? [picture.height, picture.width] : [picture.width, picture.height];
  const [wide, high] = [(part.right - part.left) * width, (part.bottom - part.top) * height];
  const scale = Math.min(1, Math.sqrt(mostPixels / (wide * high)));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(wide * scale));
  canvas.height = Math.max(1, Math.round(high * scale));
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff"; // behind what is transparent, as the server does it
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.scale(canvas.width / wide, canvas.height / high);
  pen.translate(width / 2 - part.left * width, height / 2 - part.top * height);
  pen.rotate((turns * Math.PI) / 2);
  pen.drawImage(picture, -picture.width / 2, -picture.height / 2);
  picture.close();
  return canvas;
}

export async function fileOf(canvas, name, type) {
  const content = await new Promise((done) => canvas.toBlob(done, type, QUALITY));
  const ending = type === "image/png" ? "png" : "jpg";
  return new File([content], `${name.replace(/\.[^.]*$/, "")}.${ending}`, { type });
}
