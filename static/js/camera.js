// Taking a photo: the camera's live picture, a choice of cameras, a lamp where there is one. Where the browser gives no
// camera to pages (as without https), a file input that opens the device's own camera stands in.
import { fileOf } from "./editing.js";

const panel = document.querySelector("[data-camera]");
const opener = document.querySelector("[data-camera-open]");
const problem = document.querySelector("[data-camera-problem]");
const fallback = document.querySelector("[data-camera-fallback]");
const part = (name) => panel.querySelector(`[data-camera-${name}]`);
let stream;
let taken = 0;

const lamp = () => stream?.getVideoTracks()[0].getCapabilities?.().torch;

async function start(deviceId) {
  stop();
  part("shoot").disabled = true;
  const video = { width: { ideal: 2560 }, height: { ideal: 1920 } };
  Object.assign(video, deviceId ? { deviceId: { exact: deviceId } } : { facingMode: "environment" });
  stream = await navigator.mediaDevices.getUserMedia({ video });
  if (panel.hidden) return stop(); // closed while people were asked whether the page may
  part("video").srcObject = stream;
  await part("video").play();
  part("shoot").disabled = false;
  part("lamp").hidden = !lamp();
  part("lamp").setAttribute("aria-pressed", "false");
  return listCameras();
}

async function listCameras() {
  const cameras = (await navigator.mediaDevices.enumerateDevices()).filter(({ kind }) => kind === "videoinput");
  const current = stream.getVideoTracks()[0].getSettings().deviceId;
  const choice = part("choice");
  choice.replaceChildren(...cameras.map(({ deviceId, label }, at) => new Option(label || `${at + 1}`, deviceId)));
  choice.value = current;
  part("choice-field").hidden = cameras.length < 2;
}

function stop() {
  for (const track of stream?.getTracks() ?? []) track.stop();
  stream = undefined;
}

async function open(deviceId) {
  panel.hidden = false;
  opener.setAttribute("aria-expanded", "true");
  problem.hidden = true;
  try {
    await start(deviceId);
    panel.scrollIntoView({ block: "nearest" });
  } catch {
    close();
    fallback.hidden = false;
    problem.hidden = false;
  }
}

function close() {
  stop();
  panel.hidden = true;
  opener.setAttribute("aria-expanded", "false");
}

async function shoot(take) {
  const video = part("video");
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext("2d").drawImage(video, 0, 0);
  taken += 1;
  take([await fileOf(canvas, `photo-${taken}`, "image/jpeg")]);
}

export function connect(take) {
  if (!navigator.mediaDevices?.getUserMedia) {
    fallback.hidden = false;
    return;
  }
  opener.hidden = false;
  opener.onclick = async () => {
    if (!panel.hidden) return close();
    await open();
    return part("shoot").focus({ preventScroll: true });
  };
  part("shoot").onclick = () => shoot(take);
  part("done").onclick = () => {
    close();
    opener.focus();
  };
  part("choice").onchange = (event) => open(event.target.value);
  part("lamp").onclick = ({ currentTarget: button }) => {
    const on = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(on));
    stream.getVideoTracks()[0].applyConstraints({ advanced: [{ torch: on }] });
  };
  window.addEventListener("pagehide", close);
}
