using System.CommandLine;
using Meshlift.Adapters.Files;
using Meshlift.Adapters.Knowledge;
using Meshlift.Adapters.Releases;
using Meshlift.CommandLine.Output;
using Meshlift.CommandLine.Usage;
using Meshlift.Core;
using Meshlift.Core.Knowledge;
using Meshlift.Core.Versions;
using Meshlift.Engine.Rendering;
using Meshlift.Engine.Versions;

namespace Meshlift.CommandLine.Commands;

/// <summary><c>meshlift versions</c>.</summary>
internal static class VersionsCommand
{
    private const string Details = """
        RANGE is a version or a range: 1.30.3, 1.30.*, ~1.29, '>=1.28 <1.31'. Without it, the range of spec.istio.versions counts.
        Shown are the versions in the range, those that stand in a cluster's folder, and the last patch of each of the newest minors.
        When nobody tells what is published, the rest is shown all the same, and the exit code is 3.

        What is known of support, Kubernetes, bulletins and hosts is built in. spec.istio.knowledge names something newer: a file of the
        repository, or a URL that --update fetches. When that fails, what was known before answers, and the exit code is 3 or 4.

        Examples:
          meshlift versions                    what there is, what stands in Git, what is supported, what is exposed
          meshlift versions '>=1.29 <1.32'     what a wider range would hold
          meshlift versions --all              everything that was ever published
          meshlift versions --on 2027-03-01    what will be supported then
          meshlift versions --update           fetch newer knowledge first
          meshlift versions --output json      for programs; see schemas/versions.schema.json
        """;

    public static Command Create()
    {
        var range = new Argument<string?>("range") { Description = "A version or a range.", Arity = ArgumentArity.ZeroOrOne, HelpName = "RANGE" };
        var config = SharedOptions.Config();
        var output = SharedOptions.Output();
        var all = new Option<bool>("--all") { Description = "Also show what is neither in the range nor in Git, and pre-releases." };
        var on = SharedOptions.On();
        var update = new Option<bool>("--update") { Description = "First fetch the knowledge that spec.istio.knowledge names, and keep it." };
        var offline = new Option<bool>("--offline") { Description = "Ask nobody over the network." };
        var print = new Option<bool>("--print-knowledge") { Description = "Print the knowledge that answers, as a file that can be edited, and nothing else." };
        var command = new DocumentedCommand("versions", "Lists the versions of Istio: published, in range, in Git; with their support, Kubernetes versions and security bulletins.", Details) { range, config, all, on, update, offline, print, output };
        range.RefuseOptions(command);
        command.SetAction(async (parse, cancel) =>
        {
            if (parse.GetValue(update) && parse.GetValue(offline)) throw new UserException(ErrorKind.Input, "--update fetches, and --offline forbids it", "leave one of them out");
            var question = new VersionQuestion(
                parse.GetValue(range) is { } text ? VersionRange.Parse(text) : null, parse.GetValue(all), parse.GetValue(offline), SharedOptions.DayOf(parse.GetValue(on)));
            var folder = MeshFolder.Read(parse.GetValue(config)!, parse.GetValue(config)!);
            var (standard, error) = (parse.InvocationConfiguration.Output, parse.InvocationConfiguration.Error);
            using var web = ReleaseWeb.Client();
            var choice = new KnowledgeChoice(new KnowledgeFetcher(web, TimeProvider.System), new KnowledgeCache(CacheFolder.Path), TimeProvider.System);
            var failure = parse.GetValue(update) ? await UpdateAsync(choice, folder, error, cancel) : null;
            var knowledge = choice.Current(folder.Mesh.Spec.Istio.Knowledge, folder.Root);
            if (parse.GetValue(print))
            {
                standard.Write(KnowledgeWriter.Write(knowledge.Known));
                return Ended(error, failure);
            }
            using var tools = new RenderTools();
            var report = await new VersionSurvey(tools.Renderers, TimeProvider.System).RunAsync(folder, question, knowledge, cancel);
            VersionsOutput.Write(standard, parse.GetValue(output), report);
            VersionsOutput.Warn(error, report);
            var code = Ended(error, failure);
            return report.Unlisted is { Kind: ErrorKind.Environment } unlisted ? Ended(error, unlisted) : code;
        });
        return command;
    }

    private static async Task<UserException?> UpdateAsync(KnowledgeChoice choice, MeshFolder folder, TextWriter error, CancellationToken cancel)
    {
        var source = folder.Mesh.Spec.Istio.Knowledge;
        try
        {
            var before = await choice.UpdateAsync(source, folder.Root, cancel);
            var now = choice.Current(source, folder.Root);
            error.WriteLine(now.Known.AsOf == before.Known.AsOf ? $"the knowledge of {now.Known.AsOf:yyyy-MM-dd} was fetched; there is nothing newer" : $"fetched the knowledge of {now.Known.AsOf:yyyy-MM-dd}; before, it was of {before.Known.AsOf:yyyy-MM-dd}");
            return null;
        }
        catch (UserException e) when (e.Kind is ErrorKind.Environment or ErrorKind.Refused)
        {
            return e;
        }
    }

    private static int Ended(TextWriter error, UserException? failure)
    {
        if (failure is null) return (int)ExitCode.Done;
        ErrorText.Write(error, failure);
        return (int)(failure.Kind == ErrorKind.Refused ? ExitCode.Refused : ExitCode.Environment);
    }
}
