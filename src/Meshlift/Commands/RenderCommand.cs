using System.Collections.Immutable;
using System.CommandLine;
using Meshlift.CommandLine.Output;
using Meshlift.CommandLine.Usage;
using Meshlift.Core.Classifying;
using Meshlift.Core.Placing;
using Meshlift.Core.Rendering;
using Meshlift.Core.Versions;

namespace Meshlift.CommandLine.Commands;

/// <summary><c>meshlift render</c>.</summary>
internal static class RenderCommand
{
    private const string Details = """
        VERSION is a version or a range: 1.30.3, 1.30.*, ~1.29, '>=1.28 <1.31'. Without it, the range of spec.istio.versions counts.
        Without --commit the files are written into the checkout; with it, the checkout is not touched and a branch is made.

        Examples:
          meshlift render 1.30.3                                 write revision 1-30-3 into the first environment's clusters
          meshlift render 1.30.3 --dry-run                       only say what would change
          meshlift render '1.30.*' --cluster eu --commit         put it on a branch of its own
          meshlift render 1.30.3 --activate gateways             take charge of the gateways, too
          meshlift render 1.30.3 --until split --to /tmp/split   look at the result of a step
          meshlift render 1.30.3 --output json                   for programs; see schemas/render.schema.json
        """;

    public static Command Create()
    {
        var version = new Argument<string?>("version") { Description = "A version or a range.", Arity = ArgumentArity.ZeroOrOne, HelpName = "VERSION" };
        var config = SharedOptions.Config();
        var output = SharedOptions.Output();
        var clusters = new ClusterOptions();
        var activate = new Option<string[]>("--activate") { Description = "Take charge of a part of the once-only resources: all, tags, gateways, cni, ztunnel, validator, alias, other. May be given several times.", HelpName = "PART" };
        activate.AcceptOnly(["all", .. Enum.GetValues<OncePart>().Select(ClassName.Of)]);
        var overwrite = new Option<bool>("--overwrite") { Description = "Discard edits that were made by hand in generated files." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Say what would change, and change nothing." };
        var commit = new Option<bool>("--commit") { Description = "Commit to a branch of its own, in a separate worktree." };
        var push = new Option<string?>("--push") { Description = "Push the branch; implies --commit. Default remote: the one that the repository tracks.", HelpName = "REMOTE", Arity = ArgumentArity.ZeroOrOne };
        var until = new Option<string?>("--until") { Description = "Stop after a step and write its result to --to: resolve, render, split, classify, clean, mutate, patch, tags.", HelpName = "STEP" };
        until.AcceptOnly([.. StepOutput.Steps.Select(StepOutput.NameOf)]);
        var to = new Option<DirectoryInfo?>("--to") { Description = "The folder for --until; it must be empty or not exist yet.", HelpName = "DIR" };
        var verbose = new Option<bool>("--verbose", "-v") { Description = "List every file." };
        var command = new DocumentedCommand("render", "Renders a version of Istio into the folders of clusters: one file per resource, cleaned, mutated, patched and inventoried.", Details) { version, config };
        clusters.AddTo(command);
        foreach (var option in (Option[])[activate, overwrite, dryRun, commit, push, until, to, output, verbose]) command.Options.Add(option);
        version.RefuseOptions(command);
        command.Validators.Add(result =>
        {
            // Values are not asked for here: where one is missing, the library has yet to say so.
            var wantsCommit = IsGiven(commit) || IsGiven(push);
            var step = result.GetResult(until)?.Tokens is [var token] ? token.Value : null;
            if (IsGiven(dryRun) && wantsCommit) result.AddError("--dry-run and --commit exclude each other");
            if (IsGiven(until) && wantsCommit) result.AddError("--until and --commit exclude each other");
            if (IsGiven(until) && IsGiven(dryRun)) result.AddError("--until and --dry-run exclude each other");
            if (IsGiven(to) && !IsGiven(until)) result.AddError("--to needs --until STEP, the step whose result is wanted");
            if (step is not null && step != StepOutput.NameOf(RenderStep.Resolve) && StepOutput.IsStep(step) && !IsGiven(to)) result.AddError("--until needs --to DIR, the folder for the step's result");
            if (result.GetResult(push)?.Tokens is [{ Value: var remote }] && IstioVersion.TryParse(remote, out _)) result.AddError($"--push takes '{remote}' for a remote; write the version first: meshlift render {remote} --push");

            bool IsGiven(Option option) => result.GetResult(option) is { Implicit: false } given && given.Tokens is not [{ Value: "false" }];
        });
        command.SetAction((parse, cancel) =>
        {
            var call = new RenderCall(
                parse.GetValue(config)!,
                parse.GetValue(version) is { } text ? VersionRange.Parse(text) : null,
                clusters.Choice(parse),
                new PlacementOptions(Parts(parse.GetValue(activate) ?? []), parse.GetValue(overwrite)),
                parse.GetValue(dryRun));
            var writer = new RenderOutput(parse.InvocationConfiguration.Output, parse.GetValue(output), parse.GetValue(verbose));
            if (parse.GetValue(until) is { } step) return StepOutput.RunAsync(call, StepOutput.Parse(step), parse.GetValue(to)?.FullName, writer, cancel);
            var pushes = parse.GetResult(push) is not null;
            return pushes || parse.GetValue(commit) ? CommitAsync(call, pushes ? parse.GetValue(push) ?? "" : null, writer, cancel) : call.WriteAsync(writer, cancel);
        });
        return command;
    }

    private static async Task<int> CommitAsync(RenderCall call, string? push, RenderOutput writer, CancellationToken cancel)
    {
        var committed = await call.CommitAsync(push, writer, cancel);
        return (int)(committed.Result.HasErrors ? ExitCode.Finding : ExitCode.Done);
    }

    private static ImmutableHashSet<OncePart> Parts(string[] names) =>
        names.Contains("all", StringComparer.Ordinal) ? [.. Enum.GetValues<OncePart>()] : [.. names.Select(name => ClassName.ParsePart(name)!.Value)];
}
