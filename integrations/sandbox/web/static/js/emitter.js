/** Makes something to listen to: on(kind, fn) returns what ends it, emit(kind, value). */
export function emitter() {
  const listeners = new Map();
  return {
    on(kind, fn) {
      if (!listeners.has(kind)) listeners.set(kind, new Set());
      listeners.get(kind).add(fn);
      return () => listeners.get(kind).delete(fn);
    },
    emit(kind, value) {
      for (const fn of [...(listeners.get(kind) || [])]) fn(value);
    },
  };
}
