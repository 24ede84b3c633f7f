using Meshlift.Core.Configuration.Binding;

namespace Meshlift.Core.Configuration;

/// <summary>What Argo CD must be told to find this repository and the clusters.</summary>
/// <param name="Repository">This repository, as Argo CD clones it; never a folder of this machine.</param>
/// <param name="Branch">The branch, tag or commit that Argo CD follows.</param>
/// <param name="Project">The AppProject of the Applications.</param>
/// <param name="Destination">The name by which Argo CD knows a cluster, with <c>${cluster}</c> where the cluster's name belongs.</param>
public sealed record ArgoCdSpec(GitRemote Repository, string Branch, string Project, string Destination)
{
    private const string Placeholder = "${cluster}";

    /// <summary>The name by which Argo CD knows a cluster.</summary>
    /// <param name="cluster">The cluster's name in this file.</param>
    public string DestinationOf(string cluster) => Destination.Replace(Placeholder, cluster, StringComparison.Ordinal);

    /// <summary>Asks for the keys; null when there is no repository.</summary>
    internal static ArgoCdSpec? Read(Fields fields)
    {
        var repository = fields.Optional("repository", Shapes.GitRemote, "engine `argocd` only, and required there: this repository, as Argo CD clones it");
        var branch = fields.Optional("branch", GitReference, "HEAD", "engine `argocd` only: the branch that Argo CD follows; `HEAD` is the repository's default branch");
        var project = fields.Optional("project", Shapes.DnsName, "default", "engine `argocd` only: the AppProject of the Applications");
        var destination = fields.Optional("destination", ClusterName, "in-cluster",
            "engine `argocd` only: the name by which Argo CD knows each cluster; `in-cluster` is the one that it runs in, `${cluster}` stands for the cluster's name in this file");
        return repository is null ? null : new ArgoCdSpec(repository, branch, project, destination);
    }

    /// <summary>The rules between the keys, for engine <c>argocd</c>.</summary>
    internal static void Check(ArgoCdSpec? spec, Refuse refuse)
    {
        if (spec is null) refuse("engine", "engine argocd needs the key 'repository' beside it; write for example repository: https://github.com/acme/platform.git");
        else if (spec.Repository.Text[0] is '/' or '.') refuse("repository", "Argo CD clones this repository from a server and knows no folder of this machine; write for example https://github.com/acme/platform.git");
    }

    private static TextShape<string> GitReference => new("Git reference", ParseReference, @"^[^-\s][^\s]*$", "A branch, a tag or a commit.", ["main"]);

    private static TextShape<string> ClusterName => new("cluster name", ParseClusterName, @"\S", "A cluster's name in Argo CD, with `${cluster}` where its name in this file belongs.", ["in-cluster", "${cluster}"]);

    private static string ParseReference(string text) => text.Length > 0 && text[0] != '-' && !text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c))
        ? text
        : throw new UserException(ErrorKind.Input, $"{Quoted.Text(text)} is not a Git reference", "write a branch, for example main");

    private static string ParseClusterName(string text)
    {
        if (text.AsSpan().Trim().IsEmpty || text.Any(char.IsControl)) throw new UserException(ErrorKind.Input, $"{Quoted.Text(text)} is not a cluster's name", "write the name that 'argocd cluster list' shows, for example in-cluster");
        var rest = text.Replace(Placeholder, "", StringComparison.Ordinal);
        return rest.Contains("${", StringComparison.Ordinal)
            ? throw new UserException(ErrorKind.Input, $"{Quoted.Text(text)} holds an unknown placeholder", $"known is {Placeholder}")
            : text;
    }
}
