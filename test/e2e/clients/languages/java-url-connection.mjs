export default {
  title: "Java HttpURLConnection",
  fake: "openai",
  debian: ["openjdk-17-jdk-headless"],
  version: ["java", "-version"],
  files: {
    "Call.java": `import java.net.HttpURLConnection;
import java.net.URI;

public class Call {
  public static void main(String[] args) throws Exception {
    var connection = (HttpURLConnection) URI.create("https://api.openai.com/v1/models").toURL().openConnection();
    connection.setRequestProperty("Authorization", "Bearer " + System.getenv("OPENAI_API_KEY"));
    System.out.println(new String(connection.getInputStream().readAllBytes()));
  }
}
`,
  },
  command: ["java", "Call.java"],
};
