using System.CommandLine;
using System.Globalization;
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

        With --all-clusters A and B are versions or revisions; what is the same in several clusters is shown once.

        Exit code: 0, also when there are differences; with --exit-code 1 when some are shown. A cluster that cannot
        be compared is told, the others are shown, and the exit code is that of its error.

        Examples:
          meshlift diff 1.29.6 1.30.3                         what an upgrade changes
          meshlift diff 1.29.6 1.30.3 --risk high             only what is dangerous
          meshlift diff 1.29.6 1.30.3 --output markdown       for a pull request
          meshlift diff 1.29.6 1.30.3 --all-clusters          for every cluster, what they have in common once
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
        var all = new Option<bool>("--all-clusters") { Description = "Every cluster of every environment; A and B are versions or revisions." };
        var risk = new Option<string>("--risk") { Description = "Show only what is at least that dangerous: none, low, medium, high.", HelpName = "RISK", DefaultValueFactory = _ => "none" };
        risk.AcceptOnly("none", "low", "medium", "high");
        var only = new Option<string[]>("--only") { Description = "Show only resources of this kind, or this one resource; may be given several times.", HelpName = "KIND[/NAME]", AllowMultipleArgumentsPerToken = false };
        var exitCode = new Option<bool>("--exit-code") { Description = "End with 1 when differences are shown." };
        var output = new Option<string>("--output", "-o") { Description = "text, the default, json, markdown or html.", HelpName = "FORMAT", DefaultValueFactory = _ => "text" };
        output.AcceptOnly("text", "json", "markdown", "html");
        var longest = new Option<int>("--longest") { Description = "Of markdown, the most characters. GitHub takes 65536, GitLab 1000000.", HelpName = "CHARACTERS", DefaultValueFactory = _ => DiffMarkdown.Longest };
        longest.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !(int.TryParse(token.Value, CultureInfo.InvariantCulture, out var number) && number >= DiffMarkdown.Least)) result.AddError($"--longest is at least {DiffMarkdown.Least}, and not '{token.Value}'");
        });
        var noPager = new Option<bool>("--no-pager") { Description = "Print a long difference as it is. MESHLIFT_PAGER or PAGER name the pager; less, if neither does." };
        var command = new DocumentedCommand("diff", "Shows what a difference between two renderings means: revisions matched, noise folded, each change with its risk.", Details) { before, after, config, cluster, all, risk, only, exitCode, output, longest, noPager };
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
            var (file, isAll) = (parse.GetValue(config)!, parse.GetValue(all));
            if (isAll && new[] { a, b }.FirstOrDefault(operand => !SideReader.IsOfCluster(operand)) is { } other)
                throw new UserException(ErrorKind.Input, $"'{other}' is not something that each cluster has its own of", "with --all-clusters write versions or revisions, for example 1.29.6 1.30.3");
            DiffWarmup.Start();
            using var tools = new RenderTools();
            await using var input = Console.OpenStandardInput();
            var mesh = new Lazy<MeshFolder>(() => MeshFolder.Read(file, file));
            var versions = new RenderedVersions(() => tools.Run);
            SideReader Reader(string? name) => new(() => mesh.Value, name, versions, tools.Git, Directory.GetCurrentDirectory(), input);
            var fleet = isAll
                ? await FleetDifferences.ReadAsync([.. new ClusterChoice([], null, All: true).In(mesh.Value.Mesh.Spec).Select(one => one.Name)], Reader, a, b, cancel)
                : new FleetDifferences([await ClusterDifference.ReadAsync(null, Reader(parse.GetValue(cluster)), a, b, cancel)], []);
            // When nothing could be compared there is nothing to show beside the error.
            if (fleet.Compared.IsEmpty) throw fleet.Failed[0].Error;
            var root = File.Exists(file) ? Path.GetDirectoryName(Path.GetFullPath(file))! : null;
            var selection = new DiffSelection(Enum.Parse<DiffRisk>(parse.GetRequiredValue(risk), ignoreCase: true), [.. parse.GetValue(only) ?? []]);
            var report = DiffReport.Of(fleet.Compared, fleet.Failed, selection, sides => RepositoryResources.Hold(sides.Difference, sides.Before, sides.After, root, cancel));
            new DiffOutput(parse.InvocationConfiguration.Output, parse.GetRequiredValue(output), parse.GetValue(longest), !parse.GetValue(noPager)).Write(report);
            if (report.Failed is [var first, ..])
                throw new UserException(first.Error.Kind, string.Join('\n', report.Failed.Select(failure => $"{failure.Cluster}: {failure.Error.Message}")), first.Error.Remedy, first.Error);
            return (int)(parse.GetValue(exitCode) && report.HasDifferences ? ExitCode.Finding : ExitCode.Done);
        });
        return command;
    }
}
