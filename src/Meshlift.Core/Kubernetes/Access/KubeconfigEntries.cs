using System.Collections.Immutable;
using Meshlift.Yaml;

namespace Meshlift.Core.Kubernetes.Access;

/// <summary>Where an entry of a kubeconfig stands.</summary>
/// <param name="File">The file, as it was named.</param>
/// <param name="Position">Its line and column; null for what stands in no file.</param>
public sealed record KubeconfigPlace(string File, SourcePosition? Position)
{
    /// <inheritdoc/>
    public override string ToString() => Position is { } at ? $"{File}:{at}" : File;
}

/// <summary>A context: which cluster, as whom.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Cluster">The name of its cluster.</param>
/// <param name="User">The name of its user; empty for nobody.</param>
/// <param name="Namespace">The namespace of commands that name none; <c>default</c> when the file says nothing.</param>
/// <param name="Place">Where it stands.</param>
public sealed record KubeContext(string Name, string Cluster, string User, string Namespace, KubeconfigPlace Place);

/// <summary>Certificates or keys that stand in a kubeconfig or in a file it names.</summary>
/// <param name="Path">The file, absolute if the kubeconfig's own path is; null when the content stands in the kubeconfig.</param>
/// <param name="Content">The content; empty when it is in a file.</param>
public sealed record PemSource(string? Path, ImmutableArray<byte> Content);

/// <summary>A cluster: where its API server is and how it is known to be the right one.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Server">The address of the API server, with the path before its own, if any, and a slash at the end.</param>
/// <param name="Place">Where it stands.</param>
public sealed record KubeCluster(string Name, Uri Server, KubeconfigPlace Place)
{
    /// <summary>The authorities that may have signed the server's certificate; null: those of the system.</summary>
    public PemSource? Authority { get; init; }

    /// <summary>True to take any certificate.</summary>
    public bool SkipVerification { get; init; }

    /// <summary>The name that the server's certificate must have; null: the host of the address.</summary>
    public string? ServerName { get; init; }

    /// <summary>The proxy; null: what the environment says.</summary>
    public Uri? Proxy { get; init; }

    /// <summary>True to ask for answers as they are, which is quicker on a fast network.</summary>
    public bool DisableCompression { get; init; }

    /// <summary>What a credential plugin is told of this cluster (extension <c>client.authentication.k8s.io/exec</c>); null for nothing.</summary>
    public YamlNode? PluginConfig { get; init; }
}

/// <summary>Whether a credential plugin talks to a person.</summary>
public enum PluginTalk
{
    /// <summary>Never.</summary>
    Never,
    /// <summary>When there is one.</summary>
    IfAvailable,
    /// <summary>Always, so that it cannot be used here.</summary>
    Always,
}

/// <summary>A program that gives credentials (<c>client.authentication.k8s.io</c>).</summary>
/// <param name="ApiVersion">The version that it speaks: <c>client.authentication.k8s.io/v1</c> or <c>v1beta1</c>.</param>
/// <param name="Command">A name to be found on PATH, or a path; one with a slash was resolved against the kubeconfig's folder.</param>
/// <param name="Place">Where it stands.</param>
public sealed record CredentialPlugin(string ApiVersion, string Command, KubeconfigPlace Place)
{
    /// <summary>Its arguments.</summary>
    public ImmutableArray<string> Arguments { get; init; } = [];

    /// <summary>The variables that it gets beside those of this program.</summary>
    public ImmutableDictionary<string, string> Variables { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>What to do when it is not there; empty when the file says nothing.</summary>
    public string InstallHint { get; init; } = "";

    /// <summary>True when it is told about the cluster.</summary>
    public bool ProvideClusterInfo { get; init; }

    /// <summary>Whether it talks to a person.</summary>
    public PluginTalk Talk { get; init; } = PluginTalk.IfAvailable;
}

/// <summary>Another user in whose name requests are made.</summary>
/// <param name="User">The name; empty for nobody else.</param>
/// <param name="Uid">The identity; empty for none.</param>
/// <param name="Groups">The groups.</param>
/// <param name="Extra">Further facts by name.</param>
public sealed record Impersonation(string User, string Uid, ImmutableArray<string> Groups, ImmutableSortedDictionary<string, ImmutableArray<string>> Extra);

/// <summary>A user: with what a server is shown who asks. Holds secrets: never shown, never logged.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Place">Where it stands.</param>
public sealed record KubeUser(string Name, KubeconfigPlace Place)
{
    /// <summary>The client certificate, perhaps with those between it and its authority; null for none.</summary>
    public PemSource? Certificate { get; init; }

    /// <summary>The key of the certificate; null for none.</summary>
    public PemSource? Key { get; init; }

    /// <summary>A bearer token; null for none. With <see cref="TokenFile"/> it is only used while that cannot be read.</summary>
    public string? Token { get; init; }

    /// <summary>A file with a bearer token, which is read again when it changes; null for none.</summary>
    public string? TokenFile { get; init; }

    /// <summary>The name of basic authentication; null for none.</summary>
    public string? UserName { get; init; }

    /// <summary>The password of basic authentication; null for none.</summary>
    public string? Password { get; init; }

    /// <summary>A program that gives credentials; null for none.</summary>
    public CredentialPlugin? Plugin { get; init; }

    /// <summary>In whose name requests are made; null for the user's own.</summary>
    public Impersonation? Impersonation { get; init; }

    /// <summary>The name only.</summary>
    public override string ToString() => Name;
}

/// <summary>All that is needed to speak to one cluster.</summary>
/// <param name="Name">What the cluster is called in messages: the context.</param>
/// <param name="Cluster">Where.</param>
/// <param name="User">As whom.</param>
/// <param name="Namespace">The namespace of commands that name none.</param>
public sealed record ClusterAccess(string Name, KubeCluster Cluster, KubeUser User, string Namespace)
{
    /// <summary>The name only.</summary>
    public override string ToString() => Name;
}
