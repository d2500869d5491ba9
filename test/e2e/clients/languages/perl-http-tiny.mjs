export default {
  title: "Perl HTTP::Tiny",
  fake: "openai",
  debian: ["perl", "libio-socket-ssl-perl"],
  version: ["perl", "-MIO::Socket::SSL", "-MHTTP::Tiny", "-e", "print HTTP::Tiny->VERSION"],
  files: {
    "call.pl": `use HTTP::Tiny;
my $answer = HTTP::Tiny->new(verify_SSL => 1)->get("https://api.openai.com/v1/models", {headers => {Authorization => "Bearer $ENV{OPENAI_API_KEY}"}});
print $answer->{content};
exit !$answer->{success};
`,
  },
  command: ["perl", "call.pl"],
};
