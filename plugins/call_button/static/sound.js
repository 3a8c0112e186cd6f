// Tones made on the spot, no file: a call is two calm tones, an alarm (smoke, fall) three hurried ones.
// Browsers want a touch before a page may sound; `dutySound.on` says whether it may.
window.dutySound = (() => {
  "use strict";
  let context = null;
  let until = 0;

  const tone = (at, pitch, length, shape, loud) => {
    const source = context.createOscillator();
    const volume = context.createGain();
    source.type = shape;
    source.frequency.value = pitch;
    volume.gain.setValueAtTime(0, at);
    volume.gain.linearRampToValueAtTime(loud, at + 0.02);
    volume.gain.setValueAtTime(loud, at + length - 0.06);
    volume.gain.linearRampToValueAtTime(0, at + length);
    source.connect(volume).connect(context.destination);
    source.onended = () => volume.disconnect();
    source.start(at);
    source.stop(at + length);
  };

  const TUNES = {
    call: { every: 2.4, notes: [[0, 784, 0.5], [0.55, 587, 0.8]], shape: "triangle", loud: 0.8 },
    alarm: { every: 1.2, notes: [[0, 1175, 0.18], [0.26, 1175, 0.18], [0.52, 1568, 0.3]], shape: "square", loud: 0.5 },
    lost: { every: 10, notes: [[0, 330, 0.4], [0.5, 262, 0.6]], shape: "triangle", loud: 0.5 },
    try: { every: 0, notes: [[0, 784, 0.3], [0.35, 587, 0.5]], shape: "triangle", loud: 0.6 },
  };

  const play = (name) => {
    if (!context || context.state !== "running") return false;
    const tune = TUNES[name];
    const at = Math.max(context.currentTime, name === "try" ? 0 : until);
    if (at > context.currentTime + 0.3) return true;
    for (const [after, pitch, length] of tune.notes) tone(at + after, pitch, length, tune.shape, tune.loud);
    until = at + tune.every;
    return true;
  };

  return {
    get on() {
      return Boolean(context) && context.state === "running";
    },
    // Resolves when it may sound, or never: then the button stays.
    async start() {
      context = context || new AudioContext();
      await context.resume();
    },
    // At every tick while something rings; it plays the next round when the last one is over.
    ring: play,
    // A new kind of tone does not wait for the end of the old one's pause.
    quiet() {
      until = 0;
    },
  };
})();
