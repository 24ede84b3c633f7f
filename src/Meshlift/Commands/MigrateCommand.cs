using System.Collections.Immutable;
using System.CommandLine;
using Meshlift.Adapters.Forges;
using Meshlift.Adapters.Forges.Web;
using Meshlift.Adapters.Git;
using Meshlift.CommandLine.Output;
using Meshlift.CommandLine.Usage;
using Meshlift.Core;
using Meshlift.Core.Enrolment;
using Meshlift.Engine.Enrolment;
using Meshlift.Engine.Rendering;

namespace Meshlift.CommandLine.Commands;

/// <summary><c>meshlift migrate</c>.</summary>
internal static class MigrateCommand
{
    private const string Details = """
        Finds where the namespaces of a wave are defined, in this repository and those of spec.repositories, and changes the labels by which they ask for a
        control plane: a branch for each owner and repository, and the text of its pull request. Every other byte of the files stays. Without --commit it is
        only shown. What cannot be edited safely is listed with the edit to make by hand. docs/migrate.md says more.

        Exit code 1 when something is left for a person, 3 when something could not be read, 4 when a change was refused.

        Examples:
          meshlift migrate                                     show the first wave in which something is left to do
          meshlift migrate --wave canary --commit              put its changes on branches
          meshlift migrate --wave canary --pull-request        and ask their owners to merge them
          meshlift migrate --namespace shop --to 1-29-6        go back with one namespace
          meshlift migrate --workload shop/web --to 1-30-3     one workload ahead of its namespace
          meshlift migrate --checkout shop=../shop --output markdown
        """;

    public static Command Create()
    {
        var config = SharedOptions.Config();
        var wave = new Option<string?>("--wave") { Description = "The wave. Default: the first one in which something is left to do.", HelpName = "NAME" };
        var to = new Option<string?>("--to") { Description = "The revision, or a tag. Default: the newest revision that all chosen clusters have.", HelpName = "REVISION|TAG" };
        var spaces = new Option<string[]>("--namespace", "-n") { Description = "This namespace, whatever its wave; may be given several times.", HelpName = "NAME", AllowMultipleArgumentsPerToken = false };
        var workload = new Option<string?>("--workload") { Description = "One workload ahead of its namespace, where the labels allow it.", HelpName = "NAMESPACE/[KIND/]NAME" };
        var checkouts = new Option<string[]>("--checkout") { Description = "The clone of a repository of spec.repositories; may be given several times.", HelpName = "NAME=DIR", AllowMultipleArgumentsPerToken = false };
        var clusters = new ClusterOptions();
        var dryRun = new Option<bool>("--dry-run") { Description = "Only show the changes, as without --commit." };
        var commit = new Option<bool>("--commit") { Description = "Commit each change to a branch of its own, in a separate worktree." };
        var push = new Option<string?>("--push") { Description = "Push the branches; implies --commit. Default remote: the one that each repository tracks.", HelpName = "REMOTE", Arity = ArgumentArity.ZeroOrOne };
        var pullRequest = new Option<bool>("--pull-request") { Description = "Open a pull request for each change, or bring the open one up to date; implies --push." };
        var yes = new Option<bool>("--yes") { Description = "With strategy tag, move the tag default, knowing what that switches." };
        var output = new Option<string>("--output", "-o") { Description = "text, the default, json, or markdown: the texts of the pull requests.", HelpName = "FORMAT", DefaultValueFactory = _ => "text" };
        output.AcceptOnly("text", "json", "markdown");
        var command = new DocumentedCommand("migrate", "Proposes namespaces' move to another control plane, to their owners.", Details) { config, wave, to, spaces, workload, checkouts };
        clusters.AddTo(command);
        foreach (var option in new Option[] { dryRun, commit, push, pullRequest, yes, output }) command.Options.Add(option);
        command.Validators.Add(result =>
        {
            if (new Option[] { wave, spaces, workload }.Count(option => result.GetResult(option) is { Implicit: false }) > 1) result.AddError("--wave, --namespace and --workload exclude each other");
            if (result.GetValue(dryRun) && (result.GetValue(commit) || result.GetValue(pullRequest) || result.GetResult(push) is not null)) result.AddError("--dry-run and --commit exclude each other");
        });
        command.SetAction(async (parse, cancel) =>
        {
            var path = parse.GetValue(config)!;
            var git = new GitProgram(TimeProvider.System);
            var request = new MigrateRequest(
                MeshFolder.Read(path, path), clusters.Choice(parse), parse.GetValue(to), Selection(parse.GetValue(wave), parse.GetValue(spaces) ?? [], parse.GetValue(workload)),
                (parse.GetValue(checkouts) ?? []).Select(Checkout).ToImmutableSortedDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal));
            var planned = await new MigrationRun(git).PlanAsync(request, cancel);
            var pushes = parse.GetResult(push) is not null || parse.GetValue(pullRequest);
            var writes = parse.GetValue(commit) || pushes;
            if (writes && !parse.GetValue(yes) && planned.Tags.Any(tag => tag.Tag.IsDefault))
                throw new UserException(ErrorKind.Refused, "this moves the tag default, which switches more than pods; nothing was changed", "see what it switches without --commit, then add --yes when all of that is meant");
            using var web = parse.GetValue(pullRequest) ? ForgeWeb.Client() : null;
            var requests = web is null ? null : new MigrationRequests(new ForgeAccess(web, git, request.File.Root, TimeProvider.System), request.File.Mesh.Spec.Repositories);
            ImmutableArray<PublishedMigration>? published = writes
                ? await new MigrationCommit(git, TimeProvider.System).RunAsync(request, planned, pushes ? parse.GetValue(push) ?? "" : null, requests, cancel)
                : null;
            new MigrateOutput(parse.InvocationConfiguration.Output).Write(parse.GetValue(output)!, planned, published);
            foreach (var problem in planned.Unread) ErrorText.Write(parse.InvocationConfiguration.Error, problem);
            var refused = published?.Select(one => one.Refusal).OfType<UserException>().ToList() ?? [];
            foreach (var problem in refused) ErrorText.Write(parse.InvocationConfiguration.Error, problem);
            return (int)(refused.Count > 0 ? ExitCode.Refused : !planned.Unread.IsEmpty ? ExitCode.Environment : planned.Plan.NeedsPerson ? ExitCode.Finding : ExitCode.Done);
        });
        return command;
    }

    private static MigrationSelection Selection(string? wave, string[] namespaces, string? workload)
    {
        if (wave is not null) return new MigrationSelection.Wave(wave);
        if (namespaces.Length > 0) return new MigrationSelection.Namespaces([.. namespaces.Distinct(StringComparer.Ordinal)]);
        return workload?.Split('/') switch
        {
            null => new MigrationSelection.NextWave(),
            [{ Length: > 0 } space, { Length: > 0 } name] => new MigrationSelection.Workload(space, null, name),
            [{ Length: > 0 } space, { Length: > 0 } kind, { Length: > 0 } name] => new MigrationSelection.Workload(space, kind, name),
            _ => throw new UserException(ErrorKind.Input, $"'{workload}' is no workload", "write NAMESPACE/NAME or NAMESPACE/KIND/NAME, for example shop/deployment/web"),
        };
    }

    private static KeyValuePair<string, string> Checkout(string text) => text.Split('=', 2) is [{ Length: > 0 } name, { Length: > 0 } folder]
        ? new(name, folder)
        : throw new UserException(ErrorKind.Input, $"'{text}' is no clone of a repository", "write NAME=DIR, for example --checkout shop=../shop");
}
