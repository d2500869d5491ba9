export default {
  title: "PHP Guzzle",
  fake: "openai",
  debian: ["php-guzzlehttp-guzzle", "php-curl"],
  version: ["php", "-r", "require 'GuzzleHttp/autoload.php'; echo GuzzleHttp\\ClientInterface::MAJOR_VERSION, '.x';"],
  files: {
    "call.php": `<?php
require "GuzzleHttp/autoload.php";
$headers = ["Authorization" => "Bearer " . getenv("OPENAI_API_KEY")];
echo (new GuzzleHttp\\Client())->post("https://api.openai.com/v1/chat/completions", ["json" => ["model" => "m"], "headers" => $headers])->getBody();
`,
  },
  command: ["php", "call.php"],
};
