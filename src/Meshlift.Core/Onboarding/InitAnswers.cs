using System.Collections.Immutable;
using Meshlift.Core.Configuration;
using Meshlift.Core.Versions;

namespace Meshlift.Core.Onboarding;

/// <summary>Something that cannot be seen in a repository.</summary>
/// <param name="Flag">The option that answers it: <c>--istio</c>.</param>
/// <param name="Text">The question.</param>
/// <param name="Choices">The answers there are; empty when any text may be one.</param>
/// <param name="Example">An answer, as one would write it.</param>
public sealed record InitQuestion(string Flag, string Text, ImmutableArray<string> Choices, string Example);

/// <summary>A cluster by name and folder.</summary>
/// <param name="Name">A DNS label.</param>
/// <param name="Path">Its folder.</param>
public sealed record NamedCluster(string Name, RepositoryPath Path);

/// <summary>What a person said. Null and empty: nothing; then what the repository shows counts.</summary>
public sealed record InitAnswers
{
    /// <summary>Nothing was said.</summary>
    public static InitAnswers None { get; } = new();

    /// <summary>The name of the mesh.</summary>
    public string? Name { get; init; }

    /// <summary>The version that stands there.</summary>
    public IstioVersion? Version { get; init; }

    /// <summary>What renders.</summary>
    public Renderer? Renderer { get; init; }

    /// <summary>The IstioOperator files, in order.</summary>
    public ImmutableArray<RepositoryPath> Operators { get; init; } = [];

    /// <summary>Where manifests lie.</summary>
    public ManifestSource? Manifests { get; init; }

    /// <summary>The program that renders, with <c>${version}</c> in it.</summary>
    public string? Program { get; init; }

    /// <summary>How revisions are named.</summary>
    public RevisionTemplate? Revision { get; init; }

    /// <summary>What delivers.</summary>
    public DeliveryEngine? Engine { get; init; }

    /// <summary>The clusters.</summary>
    public ImmutableArray<NamedCluster> Clusters { get; init; } = [];

    /// <summary>Where Istio stands below each cluster.</summary>
    public RepositoryPath? Folder { get; init; }

    /// <summary>This repository, as Argo CD clones it.</summary>
    public GitRemote? Repository { get; init; }

    /// <summary>The same answers and one more.</summary>
    /// <param name="flag">The option.</param>
    /// <param name="text">Its value.</param>
    /// <exception cref="UserException">It is no such value.</exception>
    public InitAnswers With(string flag, string text) => flag switch
    {
        "--name" => this with { Name = KubernetesSyntax.DnsLabel(text) },
        "--istio" => this with { Version = IstioVersion.Parse(text) },
        "--renderer" => this with { Renderer = Choice<Renderer>(flag, text) },
        "--operator" => this with { Operators = Operators.AddRange(text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(RepositoryPath.Parse)) },
        "--manifests" => this with { Manifests = ManifestSource.Parse(text) },
        "--revision" => this with { Revision = RevisionTemplate.Parse(text) },
        "--engine" => this with { Engine = Choice<DeliveryEngine>(flag, text) },
        "--cluster" => this with { Clusters = Clusters.AddRange(text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Cluster)) },
        "--folder" => this with { Folder = RepositoryPath.Parse(text) },
        "--repository" => this with { Repository = GitRemote.Parse(text) },
        _ => throw new ArgumentException($"there is no question {flag}", nameof(flag)),
    };

    /// <summary>The words for the values of an enumeration, as the configuration writes them.</summary>
    public static ImmutableArray<string> Words<T>() where T : struct, Enum => [.. Enum.GetNames<T>().Select(name => name.ToLowerInvariant())];

    private static T Choice<T>(string flag, string text) where T : struct, Enum =>
        Words<T>().IndexOf(text) is var at and >= 0
            ? Enum.GetValues<T>()[at]
            : throw new UserException(ErrorKind.Input, $"{flag} cannot be {Quoted.Text(text)}", $"it is one of {string.Join(", ", Words<T>())}");

    private static NamedCluster Cluster(string text)
    {
        var parts = text.Split('=', 2);
        if (parts.Length == 2) return new NamedCluster(KubernetesSyntax.DnsLabel(parts[0]), RepositoryPath.Parse(parts[1]));
        throw new UserException(ErrorKind.Input, $"--cluster {Quoted.Text(text)} is no NAME=PATH", "name the cluster and its folder in this repository, for example --cluster testing=clusters/testing");
    }
}
