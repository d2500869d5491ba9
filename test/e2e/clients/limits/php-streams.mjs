export default {
  title: "PHP streams",
  fake: "openai",
  debian: ["php-cli"],
  version: ["php", "--version"],
  limit: "php-streams",
  files: {
    "call.php": `<?php
$header = "Authorization: Bearer " . getenv("OPENAI_API_KEY");
exit(print(file_get_contents("https://api.openai.com/v1/models", false, stream_context_create(["http" => ["header" => $header, "timeout" => 10]]))) ? 0 : 1);
`,
  },
  command: ["php", "call.php"],
  limitSeconds: 30,
};
