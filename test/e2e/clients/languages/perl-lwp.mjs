export default {
  title: "Perl LWP",
  fake: "openai",
  debian: ["libwww-perl", "liblwp-protocol-https-perl"],
  version: ["perl", "-MLWP::Protocol::https", "-MLWP::UserAgent", "-e", "print LWP::UserAgent->VERSION"],
  files: {
    "call.pl": `use LWP::UserAgent;
my $answer = LWP::UserAgent->new->post("https://api.openai.com/v1/chat/completions", Authorization => "Bearer $ENV{OPENAI_API_KEY}", Content => "{}");
print $answer->decoded_content;
exit !$answer->is_success;
`,
  },
  command: ["perl", "call.pl"],
};
