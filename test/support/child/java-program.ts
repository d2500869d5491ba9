// A Java program that asks for one URL with the child's placeholder, as source: `java FILE client|connection URL` compiles and runs it.
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const SOURCE = `import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

public class Ask {
  public static void main(String[] args) throws Exception {
    URI uri = URI.create(args[1]);
    String authorization = "Bearer " + System.getenv("OPENAI_API_KEY");
    if (args[0].equals("client")) {
      HttpRequest request = HttpRequest.newBuilder(uri).header("Authorization", authorization).build();
      HttpResponse<String> response = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
      System.out.print(response.statusCode() + " " + response.version() + " " + response.body());
    } else {
      HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
      connection.setRequestProperty("Authorization", authorization);
      System.out.print(connection.getResponseCode() + " " + new String(connection.getInputStream().readAllBytes()));
    }
  }
}
`;

/** The path of the source, in a fresh directory. */
export function writeJavaProgram(): string {
  const path = join(mkdtempSync(join(tmpdir(), "keyward java-")), "Ask.java");
  writeFileSync(path, SOURCE);
  return path;
}
