export default {
  title: "PHP Guzzle",
  fake: "openai",
  debian: ["php-guzzlehttp-guzzle", "php-curl"],
  version: ["dpkg-query", "-W", "-f", "${Version}", "php-guzzlehttp-guzzle"],
  files: {
    "call.php": `<?php
require "GuzzleHttp/autoload.php";
$headers = ["Authorization" => "Bearer " . getenv("OPENAI_API_KEY")];
echo (new GuzzleHttp\\Client())->post("https://api.openai.com/v1/chat/completions", ["json" => ["model" => "m"], "headers" => $headers])->getBody();
`,
  },
  command: ["php", "call.php"],
};
