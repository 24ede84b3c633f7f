using System.Collections.Immutable;
using System.CommandLine;
using Meshlift.Adapters.Files;
using Meshlift.Adapters.Git;
using Meshlift.CommandLine.Output;
using Meshlift.CommandLine.Usage;
using Meshlift.Core;
using Meshlift.Core.Findings;
using Meshlift.Core.Placing;
using Meshlift.Core.Tags;
using Meshlift.Core.Versions;
using Meshlift.Engine.Rendering;
using Meshlift.Engine.Tags;

namespace Meshlift.CommandLine.Commands;

/// <summary><c>meshlift tag list</c>, <c>meshlift tag set</c>, <c>meshlift tag remove</c>.</summary>
internal static class TagCommand
{
    private const string SetDetails = """
        The tag's webhook, its Service and, of the tag default, its validator move together, by the files of the revision that gets them. A tag that is not there
        yet is made. The tag default switches more than pods: without --yes it is only shown what.

        Examples:
          meshlift tag set prod-stable 1-30-3                        point it at a revision in the first environment's clusters
          meshlift tag set prod-stable 1-30-3 --cluster eu --commit  put that on a branch of its own
          meshlift tag set prod-stable 1-29-6                        go back
          meshlift tag set default 1-30-3 --dry-run                  show what the default revision switches
        """;

    private const string ListDetails = """
        Exit code 1 when something is wrong: objects of a tag that name different revisions, a revision that is gone, a name that a revision has, too.

        Examples:
          meshlift tag list --all-clusters
          meshlift tag list --output json    for programs; see schemas/tag.schema.json
        """;

    private const string RemoveDetails = """
        With all its objects, the validator of the tag default included. Pods that still ask for it start without a sidecar, so a tag that files of this
        repository ask for is not removed without --yes. What lives in other repositories is not seen.

        Examples:
          meshlift tag remove canary
          meshlift tag remove default --yes    hand those that name no revision back to the control plane without one, if there is one
        """;

    private const string Details = """
        A tag is a stable name for a revision, which namespaces write into istio.io/rev. What stands in active/ says where it points; docs/tags.md says more.

        Examples:
          meshlift tag list --all-clusters
          meshlift tag set prod-stable 1-30-3 --commit
          meshlift tag remove canary --dry-run
        """;

    public static Command Create() => new DocumentedCommand("tag", "Lists revision tags, points them at a revision, and removes them.", Details) { List(), Set(), Remove() };

    private static DocumentedCommand List()
    {
        var shared = new Options();
        var command = new DocumentedCommand("list", "Lists the tags of clusters, the revision that each points at, and whether their objects agree.", ListDetails);
        shared.AddTo(command);
        command.SetAction((parse, _) =>
        {
            var reports = TagRun.List(Request(MeshFolder.Read(parse.GetValue(shared.Config)!, parse.GetValue(shared.Config)!), shared.Choice(parse)));
            new TagOutput(parse.InvocationConfiguration.Output, parse.GetValue(shared.Output)).Write(reports);
            var isWrong = reports.Any(report => report.Report.Findings.Any(finding => finding.Severity != Severity.Note));
            return Task.FromResult((int)(isWrong ? ExitCode.Finding : ExitCode.Done));
        });
        return command;
    }

    private static DocumentedCommand Set()
    {
        var tag = Tag();
        var revision = new Argument<string>("revision") { Description = "A revision that stands in the clusters' folders.", HelpName = "REVISION" };
        var command = new DocumentedCommand("set", "Points a tag at a revision: its webhook, its Service and its validator in one step.", SetDetails) { tag, revision };
        Change(command, tag, parse => new TagChange.Set(TagName.Parse(parse.GetValue(tag)!), RevisionName.Parse(parse.GetValue(revision)!)));
        return command;
    }

    private static DocumentedCommand Remove()
    {
        var tag = Tag();
        var command = new DocumentedCommand("remove", "Removes a tag with all its objects.", RemoveDetails) { tag };
        Change(command, tag, parse => new TagChange.Remove(TagName.Parse(parse.GetValue(tag)!)));
        return command;
    }

    private static void Change(DocumentedCommand command, Argument<string> tag, Func<ParseResult, TagChange> wanted)
    {
        var shared = new Options();
        var dryRun = new Option<bool>("--dry-run") { Description = "Say what would change, and change nothing." };
        var commit = new Option<bool>("--commit") { Description = "Commit to a branch of its own, in a separate worktree." };
        var push = new Option<string?>("--push") { Description = "Push the branch; implies --commit. Default remote: the one that the repository tracks.", HelpName = "REMOTE", Arity = ArgumentArity.ZeroOrOne };
        var yes = new Option<bool>("--yes") { Description = "Change the tag default, knowing what that switches; remove a tag that is asked for." };
        shared.AddTo(command, dryRun, commit, push, yes);
        tag.RefuseOptions(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(dryRun) && (result.GetValue(commit) || result.GetResult(push) is not null)) result.AddError("--dry-run and --commit exclude each other");
        });
        command.SetAction(async (parse, cancel) =>
        {
            var config = parse.GetValue(shared.Config)!;
            var file = MeshFolder.Read(config, config);
            var (choice, change) = (shared.Choice(parse), wanted(parse));
            var writer = new TagOutput(parse.InvocationConfiguration.Output, parse.GetValue(shared.Output));
            var pushes = parse.GetResult(push) is not null;
            if (pushes || parse.GetValue(commit))
            {
                writer.Write(change, await TagCommit.RunAsync(
                    new GitProgram(TimeProvider.System), file, choice, change, (plans, uses) => RequireYes(change, plans, uses, parse.GetValue(yes), writer), pushes ? parse.GetValue(push) ?? "" : null, TimeProvider.System, cancel));
                return (int)ExitCode.Done;
            }
            var isDryRun = parse.GetValue(dryRun);
            var request = Request(file, choice);
            using var held = isDryRun ? null : RepositoryLock.Take(file.Root, file.GitDirectory() ?? CacheFolder.Path, TimeProvider.System);
            var plans = TagRun.Plan(request, change);
            var uses = TagRun.Uses(request, change, cancel);
            if (!isDryRun)
            {
                RequireYes(change, plans, uses, parse.GetValue(yes), writer);
                TagRun.Write(request, plans, cancel);
            }
            writer.Write(change, plans, uses, isDryRun);
            return (int)ExitCode.Done;
        });
    }

    private static void RequireYes(TagChange change, ImmutableArray<ClusterTagPlan> plans, ImmutableArray<TagUse> uses, bool isGiven, TagOutput writer)
    {
        if (isGiven || !plans.Any(plan => plan.Plan.Placement.HasChanges) || (!change.Tag.IsDefault && uses.IsEmpty)) return;
        writer.Write(change, plans, uses, isDryRun: true);
        throw change.Tag.IsDefault
            ? new UserException(ErrorKind.Refused, "the tag default switches more than pods, see above; nothing was changed", "add --yes when all of that is meant")
            : new UserException(ErrorKind.Refused, $"files of this repository ask for the tag '{change.Tag}', see above; nothing was changed", "label them with a revision first, or add --yes when they are for other clusters");
    }

    private static RenderRequest Request(MeshFolder file, ClusterChoice choice) => new(file.Mesh, file.Root, file.BelowRepository(), null, choice.In(file.Mesh.Spec), PlacementOptions.None);

    private static Argument<string> Tag() => new("tag") { Description = "The name of the tag, as namespaces write it into istio.io/rev.", HelpName = "TAG" };

    /// <summary>The options that all three have.</summary>
    private sealed class Options
    {
        private readonly ClusterOptions _clusters = new();

        public Option<string> Config { get; } = SharedOptions.Config();

        public Option<OutputFormat> Output { get; } = SharedOptions.Output();

        public void AddTo(Command command, params Option[] more)
        {
            command.Options.Add(Config);
            _clusters.AddTo(command);
            foreach (var option in (Option[])[.. more, Output]) command.Options.Add(option);
        }

        public ClusterChoice Choice(ParseResult parse) => _clusters.Choice(parse);
    }
}
