export default {
  title: "Gemini CLI",
  fake: "gemini",
  sees: "POST /v1beta/models/",
  npm: { "@google/gemini-cli": "0.61.0" },
  recipe: "Gemini CLI",
  limitSeconds: 240,
};
