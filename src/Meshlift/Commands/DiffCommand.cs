using System.CommandLine;
using Meshlift.CommandLine.Output;
using Meshlift.CommandLine.Usage;
using Meshlift.Core;
using Meshlift.Core.Diffing;
using Meshlift.Engine.Diffing;
using Meshlift.Engine.Rendering;

namespace Meshlift.CommandLine.Commands;

/// <summary><c>meshlift diff</c>.</summary>
internal static class DiffCommand
{
    private const string Details = """
        A and B are each one of:
          1.30.3                  a version, rendered through the configuration, with the cluster's patches
          1-30-3                  a revision that stands in the cluster's folder, with what it shares
          clusters/eu, all.yaml   a folder or a file; write ./1.30.3 for one that is named like a version
          git:REV, git:REV:PATH   a commit, and a path from the root of the repository
          -                       standard input

        Exit code: 0, also when there are differences; with --exit-code 1 when some are shown.

        Examples:
          meshlift diff 1.29.6 1.30.3                         what an upgrade changes
          meshlift diff 1.29.6 1.30.3 --risk high             only what is dangerous
          meshlift diff 1.29.6 1.30.3 --output markdown       for a pull request
          meshlift diff 1-29-6 1-30-3 --only Deployment       two revisions in Git
          meshlift diff git:main:clusters/eu clusters/eu      what the checkout changes
          istioctl manifest generate | meshlift diff 1.30.3 - against what another program renders
        """;

    public static Command Create()
    {
        var before = new Argument<string>("A") { Description = "As it is.", HelpName = "A" };
        var after = new Argument<string>("B") { Description = "As it would be.", HelpName = "B" };
        var config = SharedOptions.Config();
        var cluster = new Option<string?>("--cluster") { Description = "Whose patches and folder count. Default: the first cluster.", HelpName = "NAME" };
        var risk = new Option<string>("--risk") { Description = "Show only what is at least that dangerous: none, low, medium, high.", HelpName = "RISK", DefaultValueFactory = _ => "none" };
        risk.AcceptOnly("none", "low", "medium", "high");
        var only = new Option<string[]>("--only") { Description = "Show only resources of this kind, or this one resource; may be given several times.", HelpName = "KIND[/NAME]", AllowMultipleArgumentsPerToken = false };
        var exitCode = new Option<bool>("--exit-code") { Description = "End with 1 when differences are shown." };
        var output = new Option<string>("--output", "-o") { Description = "text, the default, json, markdown or html.", HelpName = "FORMAT", DefaultValueFactory = _ => "text" };
        output.AcceptOnly("text", "json", "markdown", "html");
        var command = new DocumentedCommand("diff", "Shows what a difference between two renderings means: revisions matched, noise folded, each change with its risk.", Details) { before, after, config, cluster, risk, only, exitCode, output };
        foreach (var argument in new[] { before, after })
            argument.Validators.Add(result =>
            {
                if (result.Tokens is [{ Value: ['-', _, ..] token }]) result.AddError(UsageErrors.UnknownOption(token, command));
            });
        command.SetAction(async (parse, cancel) =>
        {
            var (a, b) = (parse.GetRequiredValue(before), parse.GetRequiredValue(after));
            if (a == SideReader.StandardInput && b == SideReader.StandardInput)
                throw new UserException(ErrorKind.Input, "standard input cannot be both sides", "write one of them into a file");
            var file = parse.GetValue(config)!;
            DiffWarmup.Start();
            using var tools = new RenderTools();
            await using var input = Console.OpenStandardInput();
            var reader = new SideReader(() => MeshFolder.Read(file, file), parse.GetValue(cluster), () => tools.Run, tools.Git, Directory.GetCurrentDirectory(), input);
            var (old, @new) = (await reader.ReadAsync(a, cancel), await reader.ReadAsync(b, cancel));
            var difference = MeshDiff.Of(old.Resources, @new.Resources);
            var selected = new DiffSelection(Enum.Parse<DiffRisk>(parse.GetRequiredValue(risk), ignoreCase: true), [.. parse.GetValue(only) ?? []]).Of(difference);
            var report = new DiffReport(old, @new, difference, selected, RepositoryResources.Impacts(difference, File.Exists(file) ? Path.GetDirectoryName(Path.GetFullPath(file))! : null, cancel));
            Write(report, parse.GetRequiredValue(output), parse.InvocationConfiguration.Output);
            return (int)(parse.GetValue(exitCode) && report.HasDifferences ? ExitCode.Finding : ExitCode.Done);
        });
        return command;
    }

    private static void Write(DiffReport report, string format, TextWriter output)
    {
        switch (format)
        {
            case "json":
                output.WriteLine(DiffJson.Write(report));
                break;
            case "markdown":
                output.Write(DiffMarkdown.Write(report));
                break;
            case "html":
                output.Write(DiffHtml.Write(report));
                break;
            default:
                // One write: a flush for every line of a long difference takes longer than to find it.
                using (var text = new StringWriter { NewLine = "\n" })
                {
                    new DiffText(text, hasColour: !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) && output is StreamWriter).Write(report);
                    output.Write(text.ToString());
                }
                break;
        }
    }
}
