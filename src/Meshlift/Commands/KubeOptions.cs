using System.Collections.Immutable;
using System.CommandLine;
using Meshlift.Adapters.Kubernetes.Access;
using Meshlift.Core;
using Meshlift.Core.Kubernetes.Access;
using Meshlift.Engine.Observing;
using Meshlift.Engine.Rendering;

namespace Meshlift.CommandLine.Commands;

/// <summary>The options by which commands choose the clusters they speak to.</summary>
internal sealed class KubeOptions
{
    private readonly Option<string?> _kubeconfig = new("--kubeconfig") { Description = "The kubeconfig. Default: KUBECONFIG, else ~/.kube/config, else the account of the pod.", HelpName = "FILE" };
    private readonly Option<string[]> _context = new("--context") { Description = "Only the cluster of this context; may be given several times.", HelpName = "NAME", AllowMultipleArgumentsPerToken = false };
    private readonly Option<bool> _all = new("--all-contexts") { Description = "The cluster of every context." };
    private readonly Option<string> _config = SharedOptions.Config();

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _config, _kubeconfig, _context, _all }) command.Options.Add(option);
        command.Validators.Add(result =>
        {
            if (result.GetResult(_context) is { Implicit: false } && result.GetResult(_all) is { Implicit: false }) result.AddError("--context and --all-contexts exclude each other");
        });
    }

    /// <summary>The configuration that was named.</summary>
    public string ConfigOf(ParseResult parse) => parse.GetValue(_config)!;

    /// <summary>The clusters: those that are named; else those of meshlift.yaml with a context; else that of the current context, or the one the program runs in.</summary>
    /// <exception cref="UserException">The configuration or the kubeconfig cannot be read, or names no cluster.</exception>
    public ImmutableArray<ClusterTarget> Targets(ParseResult parse)
    {
        var kubeconfig = KubeconfigFiles.Read(parse.GetValue(_kubeconfig), Variables());
        if (parse.GetValue(_context) is { Length: > 0 } named) return [.. named.Select(context => Target(context, context, kubeconfig))];
        if (parse.GetValue(_all))
        {
            return kubeconfig.Contexts.IsEmpty
                ? throw new UserException(ErrorKind.Input, "the kubeconfig has no context", "name another one with --kubeconfig or in KUBECONFIG")
                : [.. kubeconfig.Contexts.Keys.Select(context => Target(context, context, kubeconfig))];
        }
        var file = parse.GetValue(_config)!;
        if (parse.GetResult(_config) is { Implicit: false } || File.Exists(file))
        {
            var clusters = MeshFolder.Read(file, file).Mesh.Spec.Environments.SelectMany(one => one.Clusters).Where(cluster => cluster.Context is not null).ToImmutableArray();
            if (clusters.Length > 0) return [.. clusters.Select(cluster => Target(cluster.Name, cluster.Context!, kubeconfig))];
        }
        return Targets(parse, [(null, null)]);
    }

    /// <summary>The contexts that are named; empty for none.</summary>
    public ImmutableArray<string> ContextsOf(ParseResult parse) => [.. parse.GetValue(_context) ?? []];

    /// <summary>True when the cluster of every context is meant.</summary>
    public bool IsAll(ParseResult parse) => parse.GetValue(_all);

    /// <summary>Clusters by their contexts; null is the current context, or the cluster that the program runs in.</summary>
    /// <exception cref="UserException">The kubeconfig cannot be read, or has no current context.</exception>
    public ImmutableArray<ClusterTarget> Targets(ParseResult parse, IEnumerable<(string? Name, string? Context)> clusters)
    {
        var environment = Variables();
        var kubeconfig = KubeconfigFiles.Read(parse.GetValue(_kubeconfig), environment);
        return
        [
            .. clusters.Select(cluster =>
            {
                if (cluster.Context is { } context) return Target(cluster.Name ?? context, context, kubeconfig);
                var access = kubeconfig.CurrentContext is null && InClusterAccess.Find(environment) is { } inside ? inside : kubeconfig.Select(null);
                return new ClusterTarget(cluster.Name ?? access.Name, access, null);
            }),
        ];
    }

    private static ClusterTarget Target(string name, string context, Kubeconfig kubeconfig)
    {
        try
        {
            return new ClusterTarget(name, kubeconfig.Select(context), null);
        }
        catch (UserException e)
        {
            return new ClusterTarget(name, null, e);
        }
    }

    private static Dictionary<string, string> Variables()
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (System.Collections.DictionaryEntry variable in Environment.GetEnvironmentVariables())
            if (variable is { Key: string name, Value: string value })
                variables[name] = value;
        return variables;
    }
}
