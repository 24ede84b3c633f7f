using System.CommandLine;
using System.Text.Json;
using Meshlift.CommandLine;

namespace Meshlift.Tests.CommandLine;

public sealed class UsageTests
{
    [Fact]
    public async Task Every_command_of_the_help_is_there_by_its_name()
    {
        var help = (await RunAsync("--help")).Output;
        string[] names = [.. help[help.IndexOf("Commands:", StringComparison.Ordinal)..].Split('\n')[1..].Select(line => line.Trim().Split(' ')[0]).TakeWhile(name => name.Length > 0)];
        Assert.Equal(["init", "render", "versions", "patch", "tag", "migrate", "diff", "check", "status", "explain", "drift", "restart", "simulate", "demo"], names);
        foreach (var name in names)
        {
            var outcome = await RunAsync(name, "--help");
            Assert.Equal((0, ""), (outcome.Code, outcome.Error));
            Assert.Contains($"meshlift {name}", outcome.Output, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("bogus", "there is no command 'bogus'", "meshlift --help")]
    [InlineData("rendr", "there is no command 'rendr'; did you mean 'render'?", "meshlift --help")]
    [InlineData("render --comit", "there is no option '--comit'; did you mean '--commit'?", "meshlift render --help")]
    [InlineData("render 1.30.3 --comit", "there is no option '--comit'; did you mean '--commit'?", "meshlift render --help")]
    [InlineData("render -x", "there is no option '-x'", "meshlift render --help")]
    [InlineData("render 1.30.3 1.29.6", "'1.29.6' is one argument too many", "meshlift render --help")]
    [InlineData("render --output bogus", "--output cannot be 'bogus'; it is one of text, json", "meshlift render --help")]
    [InlineData("render --until bogus", "--until cannot be 'bogus'; it is one of resolve, render, split, classify, clean, mutate, patch, tags", "meshlift render --help")]
    [InlineData("render --activate bogus", "--activate cannot be 'bogus'; it is one of all, other, tags, validator, alias, cni, ztunnel, gateways", "meshlift render --help")]
    [InlineData("render --until split", "--until needs --to DIR, the folder for the step's result", "meshlift render --help")]
    [InlineData("render --to x", "--to needs --until STEP, the step whose result is wanted", "meshlift render --help")]
    [InlineData("render --until resolve --commit", "--until and --commit exclude each other", "meshlift render --help")]
    [InlineData("render --until resolve --dry-run", "--until and --dry-run exclude each other", "meshlift render --help")]
    [InlineData("render --dry-run --commit", "--dry-run and --commit exclude each other", "meshlift render --help")]
    [InlineData("render --dry-run --push", "--dry-run and --commit exclude each other", "meshlift render --help")]
    [InlineData("render --cluster a --environment b", "--cluster, --environment and --all-clusters exclude each other", "meshlift render --help")]
    [InlineData("render --cluster a --all-clusters", "--cluster, --environment and --all-clusters exclude each other", "meshlift render --help")]
    [InlineData("render --push 1.30.3", "--push takes '1.30.3' for a remote; write the version first: meshlift render 1.30.3 --push", "meshlift render --help")]
    [InlineData("render --cluster", "Required argument missing for option: '--cluster'.", "meshlift render --help")]
    [InlineData("render --until", "Required argument missing for option: '--until'.", "meshlift render --help")]
    [InlineData("migrate --wave a --namespace b", "--wave, --namespace and --workload exclude each other", "meshlift migrate --help")]
    [InlineData("migrate --dry-run --push", "--dry-run and --commit exclude each other", "meshlift migrate --help")]
    [InlineData("demo x", "'x' is one argument too many", "meshlift demo --help")]
    public async Task Arguments_that_make_no_sense_are_told_on_standard_error_alone(string arguments, string message, string help)
    {
        var outcome = await RunAsync(arguments.Split(' '));
        Assert.Equal(new Outcome(2, "", $"error: {message}\n  help: see '{help}'\n"), outcome);
    }

    [Fact]
    public async Task Several_mistakes_are_told_at_once()
    {
        var outcome = await RunAsync("render", "--cluster", "a", "--all-clusters", "--dry-run", "--commit");
        Assert.Equal(["error: --cluster, --environment and --all-clusters exclude each other", "error: --dry-run and --commit exclude each other"], outcome.Error.Split('\n')[..2]);
    }

    [Fact]
    public async Task Without_a_command_the_help_is_printed_and_nothing_has_succeeded()
    {
        var outcome = await RunAsync();
        Assert.Equal((2, ""), (outcome.Code, outcome.Output));
        Assert.Contains("render <VERSION>", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_lists_the_commands_in_a_line_each_and_the_exit_codes()
    {
        var outcome = await RunAsync("--help");
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        Assert.DoesNotContain("Examples:", outcome.Output, StringComparison.Ordinal);
        foreach (var code in Enum.GetValues<ExitCode>()) Assert.Matches($"(?m)^  {(int)code} +[a-z]", outcome.Output);
    }

    [Theory]
    [InlineData("render", "  meshlift render 1.30.3 --dry-run ")]
    [InlineData("demo", "  meshlift demo --folder ")]
    public async Task Help_of_a_command_has_examples(string command, string example)
    {
        var outcome = await RunAsync(command, "--help");
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        Assert.Contains("\nExamples:\n", outcome.Output, StringComparison.Ordinal);
        Assert.Contains(example, outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Examples_of_the_help_are_command_lines_that_are_understood()
    {
        var help = (await RunAsync("render", "--help")).Output;
        var examples = help[help.IndexOf("Examples:", StringComparison.Ordinal)..].Split('\n').Where(line => line.StartsWith("  meshlift render ", StringComparison.Ordinal)).ToList();
        Assert.True(examples.Count >= 5);
        using var nowhere = new TempFolder();
        foreach (var example in examples)
        {
            string[] arguments = [.. example.Trim().Split("  ", 2)[0].Split(' ')[1..].Select(word => word.Trim('\'')), "--config", nowhere["meshlift.yaml"]];
            Assert.Contains("there is no ", (await RunAsync(arguments)).Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_version_is_printed_alone()
    {
        var outcome = await RunAsync("--version");
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        Assert.Matches(@"^\d+\.\d+\.\d+\S*\n$", outcome.Output);
    }

    [Fact]
    public async Task Json_is_asked_for_in_every_place()
    {
        using var workspace = await Workspace.CreateAsync();
        foreach (var arguments in new[] { "render -o json --dry-run", "render --until resolve --output json", "render --output=json 1.30.3" })
        {
            var outcome = await workspace.RunAsync(arguments.Split(' '));
            Assert.Equal((0, ""), (outcome.Code, outcome.Error));
            Assert.Equal("1-30-3", JsonDocument.Parse(outcome.Output).RootElement.GetProperty("revision").GetString());
        }
    }

    private static async Task<Outcome> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await CommandTree.RunAsync(arguments, new InvocationConfiguration { EnableDefaultExceptionHandler = false, Output = output, Error = error });
        return new Outcome(code, output.ToString(), error.ToString());
    }
}
