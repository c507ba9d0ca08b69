// What was chosen goes to the server: one picture by itself, everything else as a batch.
import * as chosen from "./chosen.js";
import { shown } from "./numerals.js";
import { newKey, post } from "./sending.js";

const SIGNED_OUT = [401, 403];

export class Delivery {
  // `form`: gives the token, the format and the addresses of the server; `say` hears sentences for a live region. `interrupted`,
  // where somebody sets it, is called when the network is lost.
  constructor(form, say) {
    Object.assign(this, { form, words: form.dataset, say });
  }

  format() {
    const [kind, more] = ["format", "format_parameter"].map((name) => this.form.elements[name].value.trim());
    return more ? `${kind.split(":")[0]}:${more}` : kind;
  }

  // Web addresses, one a line.
  addresses() {
    const given = this.form.elements.address?.value ?? "";
    return given.split(/\s+/).filter(Boolean);
  }

  get isEmpty() {
    return !chosen.items.length && !this.addresses().length;
  }

  // Whether it becomes a batch, which may have a name.
  get isSeveral() {
    return chosen.items.length > 1 || chosen.items.some(({ several }) => several) || this.addresses().length > 0;
  }

  // What the batch is called: as people say, else as the one file is.
  title() {
    const given = this.form.elements.name?.value.trim();
    const [first, ...rest] = chosen.items;
    return given || (first?.several && !rest.length ? first.file.name : "");
  }

  // Where the answers are, or undefined; why something was refused is in `problems` then.
  async send(problems) {
    const alone = chosen.items.length === 1 && !this.isSeveral;
    return alone && !this.batch ? this.one(problems) : this.together(problems);
  }

  async one(problems) {
    const read = await this.deliver(chosen.items[0], this.words.recognitions, { format: this.format() }, problems);
    return read && `${this.words.answers}${read.id}/`;
  }

  async together(problems) {
    if (!await this.begin(problems)) return undefined;
    let taken = 0;
    for (const address of this.addresses()) taken += await this.tell(address, problems);
    for (const [at, item] of [...chosen.items].entries()) {
      this.now = this.words.sendingSeveral.replace("{at}", shown(at + 1)).replace("{count}", shown(chosen.items.length));
      item.sent ||= await this.deliver(item, this.more, {}, problems, `${item.file.name}: `);
      if (item.sent) chosen.progress(item, 1, this.words.sent);
      taken += Boolean(item.sent);
    }
    return taken ? this.end() : this.forget();
  }

  // Where further pictures of the batch are sent to.
  get more() {
    return `${this.words.batches}${this.batch.id}/pictures/`;
  }

  // A batch that is open; one that was begun and broken off goes on.
  async begin(problems) {
    if (this.batch?.id) return true;
    const asked = { open: "true", format: this.format(), name: this.title() };
    const said = JSON.stringify(asked);
    if (this.batch?.said !== said) this.batch = { key: newKey(), said, keys: new Map() };
    const { status, body } = await this.post(this.words.batches, asked, this.batch.key);
    if (status === 202) {
      this.batch.id = body.id;
      return true;
    }
    problems.push(this.problem(status, body));
    return false;
  }

  async end() {
    await this.post(`${this.words.batches}${this.batch.id}/close/`, {}, newKey());
    const { id } = this.batch;
    this.batch = undefined;
    return `${this.words.answers}batches/${id}/`;
  }

  // Nothing was taken: a batch of nothing would only be in the way.
  async forget() {
    const { id } = this.batch;
    this.batch = undefined;
    const headers = { "X-CSRFToken": this.form.elements.csrfmiddlewaretoken.value };
    await fetch(`${this.words.batches}${id}/`, { method: "DELETE", headers }).catch(() => undefined);
  }

  // What lies at a web address is sent by its name; the server fetches it. Whether it was taken.
  async tell(address, problems) {
    const { keys } = this.batch;
    if (!keys.has(address)) keys.set(address, newKey());
    const { status, body } = await this.post(this.more, { address }, keys.get(address));
    if (status === 202) return true;
    const [code, sentence] = this.problem(status, body);
    problems.push([code, `${address}: ${sentence}`]);
    return false;
  }

  async deliver(item, address, fields, problems, name = "") {
    const onProgress = (share) => chosen.progress(item, share);
    const { status, body } = await this.post(address, { image: item.file, source: item.source, ...fields }, item.key, onProgress);
    chosen.progress(item, undefined);
    if (status === 202) return body;
    const [code, sentence] = this.problem(status, body);
    problems.push([code, name + sentence]);
    return undefined;
  }

  post(address, fields, key, onProgress) {
    this.say(this.now ?? this.words.sending);
    const token = this.form.elements.csrfmiddlewaretoken.value;
    const heard = (state) => {
      if (state === "interrupted") this.interrupted?.();
      this.say(state ? this.words[state] : this.now ?? this.words.sending);
    };
    return post(address, { token, fields, key, onProgress }, heard);
  }

  problem(status, body) {
    const { code, message } = body?.error ?? { code: String(status), message: this.words.failed };
    return [code, SIGNED_OUT.includes(status) ? this.words.signedOut : message];
  }
}
