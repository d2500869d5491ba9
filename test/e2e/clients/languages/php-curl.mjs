export default {
  title: "PHP curl",
  fake: "openai",
  debian: ["php-cli", "php-curl"],
  version: ["php", "-r", "curl_version(); echo PHP_VERSION;"],
  files: {
    "call.php": `<?php
$handle = curl_init("https://api.openai.com/v1/chat/completions");
curl_setopt_array($handle, [CURLOPT_POSTFIELDS => "{}", CURLOPT_HTTPHEADER => ["Authorization: Bearer " . getenv("OPENAI_API_KEY")]]);
exit(curl_exec($handle) ? 0 : 1);
`,
  },
  command: ["php", "call.php"],
};
