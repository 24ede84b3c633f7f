using System.CommandLine;
using Meshlift.Adapters.Onboarding;
using Meshlift.CommandLine.Output;
using Meshlift.CommandLine.Usage;
using Meshlift.Core;
using Meshlift.Core.Configuration;
using Meshlift.Core.Onboarding;
using Meshlift.Engine.Onboarding;

namespace Meshlift.CommandLine.Commands;

/// <summary><c>meshlift init</c>.</summary>
internal static class InitCommand
{
    private const string Details = """
        It looks at the folder of --config and everything below that Git tracks: IstioOperator files, releases of Istio's charts (Flux, Argo CD, Helmfile), rendered
        manifests. It writes meshlift.yaml, and the files that it names where the repository has none: values that stood in releases, manifests by version. Then it
        renders the version that stands there and says what would differ. Nothing else is written, and nothing of yours is changed or removed.

        What it cannot see it asks, on a terminal; elsewhere the missing option is named (exit code 2).

        Examples:
          meshlift init                                          in the root of the repository that installs Istio
          meshlift init --dry-run                                print what it would write, and write nothing
          meshlift init --istio 1.30.3 --engine flux --cluster testing=clusters/testing
                                                                 say what a lone IstioOperator file does not
          meshlift init --no-compare                             do not render, which may fetch istioctl or charts
          meshlift init --output json                            for programs; see schemas/init.schema.json
        """;

    public static Command Create()
    {
        var config = SharedOptions.Config();
        var output = SharedOptions.Output();
        var name = Text("--name", "NAME", "The name of the mesh. Default: that of the repository's folder.");
        var istio = Text("--istio", "VERSION", "The version of Istio that stands there, where the repository does not say.");
        var renderer = Text("--renderer", "RENDERER", "What renders Istio: istioctl, helm or manifests.");
        renderer.AcceptOnly([.. InitAnswers.Words<Renderer>()]);
        var operators = Many("--operator", "FILE", "An IstioOperator file; may be given several times, later ones win.");
        var manifests = Text("--manifests", "PLACE", "Where rendered manifests lie, with ${version} in it.");
        var revision = Text("--revision", "TEMPLATE", "How revisions are named: {major}-{minor}-{patch}.");
        var engine = Text("--engine", "ENGINE", "What delivers the files: flux, argocd, helmfile or plain.");
        engine.AcceptOnly([.. InitAnswers.Words<DeliveryEngine>()]);
        var cluster = Many("--cluster", "NAME=PATH", "A cluster and its folder in the repository; may be given several times.");
        var folder = Text("--folder", "DIR", "Where Istio stands below each cluster's folder.");
        var repository = Text("--repository", "URL", "This repository, as Argo CD clones it.");
        var program = Text("--program", "FILE", "The istioctl or helm to render with, with ${version} in it. Default: the one on PATH.");
        var force = new Option<bool>("--force") { Description = "Replace a meshlift.yaml that is there." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Print what would be written, and write nothing." };
        var noCompare = new Option<bool>("--no-compare") { Description = "Do not render, and so do not say what would differ." };
        var verbose = new Option<bool>("--verbose", "-v") { Description = "List every resource." };
        (Option Option, Func<ParseResult, string[]> Values)[] answered =
        [
            .. new[] { name, istio, renderer, manifests, revision, engine, folder, repository }.Select(option => ((Option)option, (Func<ParseResult, string[]>)(parse => parse.GetValue(option) is { } text ? [text] : []))),
            .. new[] { operators, cluster }.Select(option => ((Option)option, (Func<ParseResult, string[]>)(parse => parse.GetValue(option) ?? []))),
        ];
        var command = new DocumentedCommand("init", "Looks at a repository that installs Istio, and writes a meshlift.yaml that renders what stands there.", Details)
        {
            config, name, istio, renderer, operators, manifests, revision, engine, cluster, folder, repository, program, force, dryRun, noCompare, verbose, output,
        };
        command.SetAction((parse, cancel) =>
        {
            var answers = InitAnswers.None with { Program = parse.GetValue(program) };
            foreach (var (option, values) in answered)
                foreach (var value in values(parse)) answers = answers.With(option.Name, value);
            var file = parse.GetValue(config)!;
            var request = new InitRequest(Path.GetFullPath(file), file, answers) { Force = parse.GetValue(force), IsDryRun = parse.GetValue(dryRun), Compares = !parse.GetValue(noCompare) };
            return RunAsync(request, new InitOutput(parse.InvocationConfiguration.Output, parse.GetValue(output), parse.GetValue(verbose)), cancel);
        });
        return command;

        static Option<string?> Text(string name, string help, string description) => new(name) { Description = description, HelpName = help };
        static Option<string[]> Many(string name, string help, string description) => new(name) { Description = description, HelpName = help, AllowMultipleArgumentsPerToken = false };
    }

    private static async Task<int> RunAsync(InitRequest request, InitOutput writer, CancellationToken cancel)
    {
        if (!Directory.Exists(request.Root)) throw new UserException(ErrorKind.Input, $"there is no folder {request.Root}", "name a meshlift.yaml in a folder that is there");
        using var tools = new RenderTools();
        var run = new InitRun(new RepositoryReader(tools.Git), new StandingRender(tools.Run, tools.Git));
        var isTerminal = !Console.IsInputRedirected && !Console.IsOutputRedirected;
        writer.Write(request, await run.RunAsync(request, isTerminal ? Ask : null, cancel));
        return (int)ExitCode.Done;
    }

    /// <summary>Asks on the terminal, beside the output.</summary>
    private static string? Ask(InitQuestion question, UserException? wrong)
    {
        if (wrong is not null) ErrorText.Write(Console.Error, wrong);
        else Console.Error.WriteLine(question.Text);
        Console.Error.Write($"  {(question.Choices.IsEmpty ? $"for example {question.Example}" : string.Join(", ", question.Choices))}: ");
        return Console.ReadLine() is { } answer ? answer.Trim() : null;
    }
}
