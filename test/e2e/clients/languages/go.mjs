import { tmpdir } from "node:os";
import { join } from "node:path";

export default {
  title: "Go net/http",
  fake: "openai",
  debian: ["golang-go"],
  version: ["go", "version"],
  limitSeconds: 300,
  files: {
    "call.go": `package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
)

func main() {
	request, _ := http.NewRequest("POST", "https://api.openai.com/v1/chat/completions", strings.NewReader("{}"))
	request.Header.Set("Authorization", "Bearer "+os.Getenv("OPENAI_API_KEY"))
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	body, _ := io.ReadAll(response.Body)
	fmt.Println(string(body))
}
`,
  },
  // The standard library is compiled once for all tests; the cache has no part in what is tried here.
  env: { GO111MODULE: "off", CGO_ENABLED: "0", GOCACHE: join(tmpdir(), "keyward-go-cache") },
  command: ["go", "run", "call.go"],
};
