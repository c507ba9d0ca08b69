// Pictures that wait in this browser until there is a network, and whose they are. Pages and the service worker use it;
// as not every browser lets a service worker import modules, this file exports nothing and is found as `waitingRoom`.
(() => {
  const NAME = "waiting-room";
  const VERSION = 1;
  const OLD = 90 * 24 * 3600 * 1000; // milliseconds after which pictures of somebody who does not come back are removed
  const SHARED_FOR = 3600 * 1000; // milliseconds for which what was shared waits to be looked at
  const news = self.BroadcastChannel && new BroadcastChannel(NAME);
  const hears = new Set();
  let opened;

  function open() {
    opened ??= new Promise((done, failed) => {
      const request = indexedDB.open(NAME, VERSION);
      request.onupgradeneeded = () => {
        request.result.createObjectStore("pictures", { keyPath: "key" });
        request.result.createObjectStore("shared", { autoIncrement: true });
        request.result.createObjectStore("facts");
      };
      request.onerror = () => failed(request.error);
      request.onsuccess = () => {
        const database = request.result;
        database.onclose = () => { opened = undefined; };
        database.onversionchange = () => {
          database.close();
          opened = undefined;
        };
        done(database);
      };
    });
    opened.catch(() => { opened = undefined; });
    return opened;
  }

  // What `act` asks of the store, once it is certainly written.
  async function inside(store, mode, act) {
    const database = await open();
    return new Promise((done, failed) => {
      const transaction = database.transaction(store, mode);
      const request = act(transaction.objectStore(store));
      transaction.oncomplete = () => done(request.result);
      transaction.onabort = () => failed(transaction.error ?? new DOMException("The transaction was aborted.", "AbortError"));
    });
  }

  // All pages of this browser hear it.
  function tell(what) {
    news?.postMessage(what);
    for (const hear of hears) hear(what);
  }

  if (news) news.onmessage = ({ data }) => { for (const hear of hears) hear(data); };
  const everything = () => inside("pictures", "readonly", (store) => store.getAll());

  self.waitingRoom = {
    // Whose pages these are: an opaque name; undefined for nobody.
    account: () => inside("facts", "readonly", (store) => store.get("account")),

    async arrive(account) {
      await inside("facts", "readwrite", (store) => store.put(account, "account"));
      const old = (await everything()).filter((one) => one.account !== account && one.added < Date.now() - OLD);
      for (const { key } of old) await inside("pictures", "readwrite", (store) => store.delete(key));
    },

    // Nobody is logged in any more; pictures stay for who logs in again.
    async leave() {
      await inside("facts", "readwrite", (store) => store.delete("account"));
      await inside("shared", "readwrite", (store) => store.clear());
    },

    // A picture: { key, account, name, file, address, fields }. Under the same key it is kept once.
    async keep(picture) {
      await inside("pictures", "readwrite", (store) => store.put({ added: Date.now(), ...picture }));
      tell("kept");
    },

    // Those of one account, the oldest first.
    async of(account) {
      const own = (await everything()).filter((one) => one.account === account);
      return own.sort((one, other) => one.added - other.added || one.name.localeCompare(other.name));
    },

    count: () => inside("pictures", "readonly", (store) => store.count()),

    // `why`: "removed" by its owner, or "sent".
    async remove(key, why) {
      await inside("pictures", "readwrite", (store) => store.delete(key));
      tell(why);
    },

    async empty(account) {
      for (const { key } of await self.waitingRoom.of(account)) await inside("pictures", "readwrite", (store) => store.delete(key));
      tell("removed");
    },

    async share(files) {
      for (const file of files) await inside("shared", "readwrite", (store) => store.add({ file, added: Date.now() }));
    },

    // What was shared with the app, once.
    async shared() {
      const found = await inside("shared", "readonly", (store) => store.getAll());
      if (found.length) await inside("shared", "readwrite", (store) => store.clear());
      return found.filter(({ added }) => added > Date.now() - SHARED_FOR).map(({ file }) => file);
    },

    // `hear` is told what happens in this and other pages: "kept", "removed" or "sent".
    onChange: (hear) => hears.add(hear),
  };
})();
