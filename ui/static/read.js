// Reads a promise aloud with the browser's own voice.  Where there is no voice, no button is shown.
'use strict';
(() => {
  const voice = window.speechSynthesis;
  if (!voice || !window.SpeechSynthesisUtterance) return;
  const say = (element) => {
    const words = new SpeechSynthesisUtterance(element.textContent);
    words.lang = element.closest('[lang]').lang;
    words.rate = 0.85;
    voice.speak(words);
  };
  for (const button of document.querySelectorAll('button[data-read]')) {
    button.hidden = false;
    button.addEventListener('click', () => {
      voice.cancel();
      button.dataset.read.split(' ').map((id) => document.getElementById(id)).filter(Boolean).forEach(say);
    });
  }
})();
