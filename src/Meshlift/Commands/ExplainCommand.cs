using System.Collections.Immutable;
using System.CommandLine;
using Meshlift.Adapters.Git;
using Meshlift.Adapters.Kubernetes;
using Meshlift.CommandLine.Output;
using Meshlift.CommandLine.Usage;
using Meshlift.Core;
using Meshlift.Core.Selecting;
using Meshlift.Engine.Explaining;
using Meshlift.Engine.Observing;
using Meshlift.Engine.Rendering;

namespace Meshlift.CommandLine.Commands;

/// <summary><c>meshlift explain</c>.</summary>
internal static class ExplainCommand
{
    private const string Details = """
        SUBJECT is a pod, KIND/NAME of a workload, or namespace/NAME in a running cluster; with --filename, manifests are asked about, and no cluster is needed.

        The answer is found as the API server finds it: by the selectors of the MutatingWebhookConfigurations, in their order, and then by istiod's own
        rules (hostNetwork, annotations, the policy in the injector's ConfigMap). Webhooks, ConfigMaps, Services and Namespaces are read below --webhooks,
        or in the folder of --cluster; Namespaces beside the workloads count first. What stands in standby/ is not applied and is left out.

        With --before or --with-label the answers before and after a change are compared: what changes at once, what at the next restart, what not.

        Exit code 3 when a document could not be read: nothing is known of what it holds.

        Examples:
          meshlift explain deployment/web -n shop                         in the cluster of the current context
          meshlift explain namespace/shop --with-label istio.io/rev=1-30-3
          meshlift explain -f apps/                                       who injects which workload, in the first cluster
          meshlift explain -f apps/ --cluster eu --all                    ... in another one, and what each webhook says
          meshlift explain -f apps/ --before main                         what this branch changes
          meshlift explain -f apps/ --with-label istio.io/rev=1-30-3 --with-label istio-injection-
          meshlift explain -f web.yaml --webhooks mesh/istiod.yaml        without a configuration
        """;

    public static Command Create()
    {
        var subject = new Argument<string?>("subject") { Description = "What is asked about in a cluster.", Arity = ArgumentArity.ZeroOrOne, HelpName = "SUBJECT" };
        var kube = new KubeOptions();
        var files = new Option<string[]>("--filename", "-f") { Description = "Manifests of workloads: a file or a folder; may be given several times.", HelpName = "PATH", AllowMultipleArgumentsPerToken = false };
        var webhooks = new Option<string[]>("--webhooks") { Description = "The control planes' manifests: a file or a folder; may be given several times. Default: the cluster's folder.", HelpName = "PATH", AllowMultipleArgumentsPerToken = false };
        var cluster = new Option<string?>("--cluster") { Description = "The cluster whose webhooks answer. Default: the first one.", HelpName = "NAME" };
        var before = new Option<string?>("--before") { Description = "Compare with the same paths in this commit.", HelpName = "REVISION" };
        var labels = new Option<string[]>("--with-label") { Description = "Compare with namespaces that have this label, or, with a dash behind the key, have it not; may be given several times.", HelpName = "KEY=VALUE|KEY-", AllowMultipleArgumentsPerToken = false };
        var space = new Option<string?>("--namespace", "-n") { Description = "Only workloads of this namespace.", HelpName = "NAME" };
        var all = new Option<bool>("--all") { Description = "Also print the image and what each webhook says." };
        var output = SharedOptions.Output();
        var command = new DocumentedCommand("explain", "Tells which revision injects which workload, and why.", Details) { subject, files, webhooks, cluster, before, labels, space, all, output };
        kube.AddTo(command);
        subject.RefuseOptions(command);
        command.Validators.Add(result =>
        {
            var isLive = result.GetResult(subject) is { Tokens.Count: > 0 };
            if (isLive == result.GetResult(files) is { Implicit: false }) result.AddError(isLive ? "SUBJECT and --filename exclude each other" : "name a SUBJECT in a cluster, or manifests with --filename");
            if (isLive && new Option[] { webhooks, cluster, before }.Any(option => result.GetResult(option) is { Implicit: false })) result.AddError("--webhooks, --cluster and --before go with --filename");
            if (result.GetResult(webhooks) is { Implicit: false } && result.GetResult(cluster) is { Implicit: false }) result.AddError("--webhooks and --cluster exclude each other");
        });
        command.SetAction(async (parse, cancel) =>
        {
            var proposed = (parse.GetValue(labels) ?? []).Select(Label).ToImmutableArray();
            var result = parse.GetValue(subject) is { } asked ? await LiveAsync(kube.Targets(parse), asked, parse.GetValue(space), proposed, cancel) : await new ExplainRun(new GitProgram(TimeProvider.System)).RunAsync(Request(), cancel);
            new ExplainOutput(parse.InvocationConfiguration.Output).Write(parse.GetValue(output), result, parse.GetValue(all));
            foreach (var problem in result.Unread) ErrorText.Write(parse.InvocationConfiguration.Error, problem);
            return (int)(result.Unread.IsEmpty ? ExitCode.Done : ExitCode.Environment);

            ExplainRequest Request()
            {
                string[] manifests = parse.GetValue(files) ?? [];
                string[] control = parse.GetValue(webhooks) is { Length: > 0 } named ? named : [FolderOf(kube.ConfigOf(parse), parse.GetValue(cluster))];
                return new ExplainRequest([.. manifests], [.. control], parse.GetValue(before), parse.GetValue(space), proposed);
            }
        });
        return command;
    }

    private static async Task<ExplainResult> LiveAsync(ImmutableArray<ClusterTarget> targets, string subject, string? space, ImmutableArray<KeyValuePair<string, string?>> labels, CancellationToken cancel)
    {
        if (targets.Length > 1) throw new UserException(ErrorKind.Input, $"there are {targets.Length} clusters, and {subject} may be in each", $"choose one with --context: {string.Join(", ", targets.Select(target => target.Access?.Name ?? target.Name))}");
        using var client = new ClusterClient(targets[0].Access ?? throw targets[0].Problem!);
        return await new ClusterExplanation(client).RunAsync(subject, space, labels, cancel);
    }

    private static string FolderOf(string config, string? cluster)
    {
        var mesh = MeshFolder.Read(config, config);
        var chosen = new ClusterChoice(cluster is null ? [] : [cluster], null, All: false).In(mesh.Mesh.Spec)[0];
        var folder = Path.Combine(mesh.Root, chosen.Path.Value);
        return Directory.Exists(folder) ? folder : throw new UserException(ErrorKind.Input, $"the cluster {chosen.Name} has no folder {chosen.Path.Value} yet", "render a version first, or name the control planes' manifests with --webhooks");
    }

    /// <summary>A label as <c>kubectl label</c> takes it.</summary>
    private static KeyValuePair<string, string?> Label(string text)
    {
        if (text.EndsWith('-') && !text.Contains('=', StringComparison.Ordinal)) return new(text[..^1], null);
        return LabelSelectorText.Parse(text).Requirements is [{ Operator: LabelOperator.In, Values: [var value] } one]
            ? new(one.Key, value)
            : throw new UserException(ErrorKind.Input, $"'{text}' is not a label", "write KEY=VALUE, or KEY- to take one away, for example --with-label istio.io/rev=1-30-3");
    }
}
