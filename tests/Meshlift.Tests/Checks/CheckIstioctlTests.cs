using Meshlift.Core.Checks;
using Meshlift.Core.Findings;
using Meshlift.Tests.CommandLine;
using Meshlift.Tests.Releases;

namespace Meshlift.Tests.Checks;

/// <summary>A program in place of istioctl, which writes down what it is given and answers in istioctl's forms.</summary>
public sealed class CheckIstioctlTests : IDisposable
{
    private const string Web = """
        # the first
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: { name: web, namespace: shop }
        spec:
          gateways: [none]
        ---
        apiVersion: v1
        kind: Namespace
        metadata:
          name: shop
          labels: { istio-injection: enabled, istio.io/rev: x }
        """;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_both_find_stands_in_the_same_list_at_the_place_in_the_users_own_file()
    {
        _folder.Write("a/other.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, namespace: shop }");
        _folder.Write("a/values.yaml", "replicas: 1\n");
        _folder.Write("b/web.yaml", Web);
        var outcome = await RunAsync("""
            grep -n 'gateways:' "$file" | cut -d: -f1 > "$seen/line"
            printf '[{"code":"IST0101","documentationUrl":"https://istio.io/d/ist0101/","level":"Error","message":"Referenced gateway not found","origin":"VirtualService shop/web","reference":"%s:%s"},' "$file" "$(cat "$seen/line")"
            printf '{"code":"IST0123","level":"Warning","message":"both labels","origin":"Namespace shop"},{"code":"IST0118","level":"Info","message":"of nothing","origin":""}]'
            echo 'Error: Analyzers found issues.' >&2
            exit 79
            """, "printf 'Error: 1 error occurred:\\n\\t* VirtualService/shop/web: HTTP route is required\\n' >&2; exit 1");
        Assert.Equal((1, ""), (outcome.Code, outcome.Error));
        Assert.Contains($"""
            istioctl_analyze... Fail: 2 findings
              {_folder["a/other.yaml"]}:1:1  note IST0118
                of nothing
                help: see what istioctl says about it
              {_folder["b/web.yaml"]}:6:1  error IST0101  VirtualService.networking.istio.io shop/web
                Referenced gateway not found
                help: see https://istio.io/d/ist0101/
            """, outcome.Output, StringComparison.Ordinal);
        Assert.Contains($"""
            istioctl_validate... Fail: 1 finding
              {_folder["b/web.yaml"]}:2:1  error istioctl_validate  VirtualService.networking.istio.io shop/web
                HTTP route is required
            """, outcome.Output, StringComparison.Ordinal);
        // Meshlift's own rule about both labels has told it already.
        Assert.Contains("1 of istioctl told already", outcome.Output, StringComparison.Ordinal);
        Assert.Equal("analyze --use-kube=false --all-namespaces --output json", File.ReadAllText(_folder["seen/analyze"]).Trim());
        Assert.DoesNotContain("replicas", File.ReadAllText(_folder["seen/file"]), StringComparison.Ordinal);
        Assert.DoesNotContain(Environment.GetEnvironmentVariable("HOME") ?? "none", File.ReadAllText(_folder["seen/home"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_there_is_none_it_is_said_once_and_is_no_pass()
    {
        var file = _folder.Write("web.yaml", Web);
        var outcome = await MeshliftProcess.RunAsync(_folder.Path, ["check", file, "--istioctl", "off"]);
        Assert.Contains("not run: istioctl_analyze, istioctl_validate: --istioctl off\n", outcome.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("istioctl_analyze...", outcome.Output, StringComparison.Ordinal);
        Assert.Equal(2, (await MeshliftProcess.RunAsync(_folder.Path, ["check", file, "--istioctl", "none"])).Code);
    }

    [Theory]
    [InlineData("echo '{}'", "did not answer with a list of messages")]
    [InlineData("echo 'no such flag' >&2; exit 1", "failed with exit code 1: no such flag")]
    public async Task An_istioctl_that_fails_is_an_error_and_never_a_pass(string analyze, string message)
    {
        _folder.Write("b/web.yaml", Web);
        var outcome = await RunAsync(analyze, "exit 0");
        Assert.Equal(3, outcome.Code);
        Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
        Assert.Contains("not run: istioctl_analyze: istioctl failed\n", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("istioctl_validate... Pass\n", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_can_be_switched_off_silenced_and_weighed_by_its_own_code()
    {
        _folder.Write("meshlift.yaml", Workspace.Mesh() + "  checks: { rules: [{ rule: IST0101, severity: off, reason: the gateway is another team's }, { rule: IST0118, severity: error }] }\n");
        _folder.Write("b/web.yaml", Web.Replace("metadata:\n  name: shop", "# meshlift:ignore IST0102 it has no pods\nmetadata:\n  name: shop", StringComparison.Ordinal));
        var outcome = await RunAsync("""
            at=$(grep -n '^metadata:$' "$file" | cut -d: -f1)
            printf '[{"code":"IST0101","level":"Error","message":"m","origin":"VirtualService shop/web"},{"code":"IST0118","level":"Info","message":"m","origin":"VirtualService web.shop"},{"code":"IST0102","level":"Info","message":"m","origin":"Namespace shop","reference":"f:%s"}]' "$at"
            """, "exit 0");
        Assert.Contains("istioctl_analyze... Fail: 1 finding; off in 1 file: the gateway is another team's\n", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("1 switched off, 1 silenced by comments\n", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_answers_of_istioctl_are_read_as_far_as_they_are_answers()
    {
        Assert.Empty(IstioctlAnswers.Analysis("\n"u8.ToArray())!.Value);
        Assert.Empty(IstioctlAnswers.Analysis("null"u8.ToArray())!.Value);
        Assert.Null(IstioctlAnswers.Analysis("[1]"u8.ToArray()));
        Assert.Null(IstioctlAnswers.Analysis("""[{"code":"X","message":"m"}]"""u8.ToArray()));
        var message = Assert.Single(IstioctlAnswers.Analysis("""[{"code":"IST0118","level":"Info","message":"a\nb","reference":"a:b:12"}]"""u8.ToArray())!.Value);
        Assert.Equal(("IST0118", Severity.Note, "a b", 12), (message.Code, message.Severity, message.Message, message.Line));
        Assert.Equal(["VirtualService web", ""], IstioctlAnswers.Validation("Error: 2 errors occurred:\n\t* VirtualService//web: a: b\n\t* something else\n").Select(one => one.Origin));
    }

    private async Task<Outcome> RunAsync(string analyze, string validate)
    {
        Directory.CreateDirectory(_folder["seen"]);
        var program = await Script.WriteAsync(_folder, "istioctl", $"""
            #!/bin/sh
            seen='{_folder["seen"]}'
            echo "$HOME" > "$seen/home"
            for file in "$@"; do :; done
            case "$1" in
              analyze)
                shift 0
                cp "$file" "$seen/file"
                echo "$1 $2 $3 $4 $5" > "$seen/analyze"
                {analyze}
                ;;
              validate) [ "$2" = --filename ] || exit 9
                {validate}
                ;;
            esac
            """);
        return await MeshliftProcess.RunAsync(_folder.Path, File.Exists(_folder["meshlift.yaml"]) ? ["check", "b", "--istioctl", program] : ["check", .. new[] { "a", "b" }.Select(name => _folder[name]).Where(Directory.Exists), "--istioctl", program]);
    }
}
