using System.Collections.Immutable;
using Meshlift.Core.Commits;
using Meshlift.Core.Configuration.Binding;
using Meshlift.Yaml;

namespace Meshlift.Core.Configuration;

/// <summary>Where pull requests of a repository are.</summary>
public enum ForgeKind
{
    /// <summary>GitHub, also on premises.</summary>
    GitHub,
    /// <summary>GitLab, also on premises.</summary>
    GitLab,
    /// <summary>Gitea.</summary>
    Gitea,
    /// <summary>Forgejo.</summary>
    Forgejo,
    /// <summary>In the repository itself, as refs.</summary>
    Local,
}

/// <summary>A repository that changes are proposed to.</summary>
/// <param name="Name">A DNS label; unique.</param>
/// <param name="Url">Where it is cloned from.</param>
/// <param name="Forge">Where its pull requests are.</param>
/// <param name="Repository">Its name on the forge, such as <c>acme/shop</c>; null only with <see cref="ForgeKind.Local"/>.</param>
/// <param name="Namespaces">The namespaces that are defined in it; empty when that is not said.</param>
/// <param name="Values">Values of charts that enrol namespaces.</param>
/// <param name="Paths">The files that are for one environment alone, by its name.</param>
/// <param name="Branch">The branch that changes are for; null for the repository's default branch.</param>
/// <param name="Api">Where the forge's API is; null to tell it from <paramref name="Url"/>, and with <see cref="ForgeKind.Local"/>.</param>
/// <param name="Token">Where the forge's token comes from; null for the variable that is usual for the forge, and with <see cref="ForgeKind.Local"/>.</param>
public sealed record RepositorySpec(
    string Name, GitRemote Url, ForgeKind Forge, string? Repository, ImmutableArray<Glob> Namespaces, ImmutableArray<ValuesLabels> Values, ImmutableSortedDictionary<string, ImmutableArray<PathGlob>> Paths,
    BranchName? Branch = null, Uri? Api = null, TokenSpec? Token = null)
{
    internal static Shape<RepositorySpec> Shape { get; } = Shapes.Mapping("repository", "A repository that changes are proposed to.", fields =>
    {
        var repository = new RepositorySpec(
            fields.Required("name", Shapes.DnsLabel, "the name of the repository in this file; unique"),
            fields.Required("url", Shapes.GitRemote, "where it is cloned from"),
            fields.Required("forge", Shapes.Choice<ForgeKind>("forge",
                new("github", ForgeKind.GitHub, "GitHub, also on premises"),
                new("gitlab", ForgeKind.GitLab, "GitLab, also on premises"),
                new("gitea", ForgeKind.Gitea, "Gitea"),
                new("forgejo", ForgeKind.Forgejo, "Forgejo"),
                new("local", ForgeKind.Local, "the repository itself, pull requests as refs")), "where its pull requests are"),
            fields.Optional("repository", ForgeName, "its name on the forge; required but for forge `local`"),
            fields.List("namespaces", Shapes.Glob, "the namespaces that are defined in it"),
            fields.List("values", ValuesLabels.Shape, "values of charts that enrol namespaces, which `meshlift migrate` then edits"),
            fields.Optional("paths", Shapes.Map(Shapes.DnsLabel, Shapes.NonEmptyList(CheckSetting.PathShape)), "the files that are for one environment alone, by its name; every other file is for all of them") ?? ImmutableSortedDictionary<string, ImmutableArray<PathGlob>>.Empty,
            fields.Optional("branch", BranchShape, "the branch that changes are for; the repository's default branch when absent"),
            fields.Optional("api", Shapes.Url("API URL", ["https", "http"], "https://git.example.com/api/v4"),
                "where the forge's API is; when absent `https://api.github.com` for github.com, else `/api/v3` (github), `/api/v4` (gitlab) or `/api/v1` (gitea, forgejo) on the host of `url`"),
            fields.Optional("token", TokenSpec.Shape, "where the forge's token comes from; when absent the variable `GITHUB_TOKEN`, `GITLAB_TOKEN`, `GITEA_TOKEN` or `FORGEJO_TOKEN`"));
        fields.Check(refuse =>
        {
            if (repository.Repository is null && repository.Forge != ForgeKind.Local) refuse("forge",
                "this forge needs the key 'repository' beside it: the repository's name there, for example acme/shop");
            if (repository.Forge == ForgeKind.Local && (repository.Api ?? (object?)repository.Token) is not null)
                refuse(repository.Api is null ? "token" : "api", "the forge 'local' is the repository itself and has no API; remove the key");
            if (repository.Forge != ForgeKind.GitHub && repository.Token is TokenSpec.App) refuse("token", "only the forge 'github' has Apps; write environment, file or command");
        });
        return repository;
    });

    private static TextShape<BranchName> BranchShape => new("branch", BranchName.Parse, null, "A branch as Git allows it, without `refs/heads/`.", ["main"]);

    private static TextShape<string> ForgeName => new("forge name", ParseForgeName, @"^[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)+$",
        "Owner (or groups) and name, joined by `/`.", ["acme/shop"]);

    private static string ParseForgeName(string text)
    {
        var parts = text.Split('/');
        return parts.Length >= 2 && parts.All(part => part.Length > 0 && part is not ("." or "..") && part.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
            ? text
            : throw new UserException(ErrorKind.Input, $"{WebAddress.Shown(text)} is not a repository's name on a forge", "write owner and name, for example acme/shop");
    }
}

/// <summary>A place in the values of a chart that enrols a namespace.</summary>
/// <param name="File">The values, relative to the root of the repository.</param>
/// <param name="Path">The place in the file.</param>
/// <param name="IsRevision">True when the place holds the revision alone; false when it holds labels.</param>
/// <param name="Namespace">The namespace; a DNS label.</param>
public sealed record ValuesLabels(RepositoryPath File, YamlPath Path, bool IsRevision, string Namespace)
{
    internal static Shape<ValuesLabels> Shape { get; } = Shapes.Mapping("values", "A place in the values of a chart that enrols a namespace.", fields =>
    {
        var file = fields.Required("file", Shapes.RepositoryPath, "the values, relative to the root of that repository");
        var space = fields.Required("namespace", Shapes.DnsLabel, "the namespace that the chart makes");
        var labels = fields.Optional("labels", Shapes.FieldPath, "where the labels of the namespace stand");
        var revision = fields.Optional("revision", Shapes.FieldPath, "where the revision alone stands, which the chart makes a label of");
        fields.Check(refuse =>
        {
            if (labels is null == revision is null) refuse("file", "values need one of the keys 'labels' and 'revision' beside the file");
            if ((labels ?? revision)?.Parts.Length > 1) refuse(labels is null ? "revision" : "labels", "the place is in the file itself, so that the path has no '|'");
        });
        return new ValuesLabels(file, (labels ?? revision)?.Parts[0]!, labels is null, space);
    });
}
