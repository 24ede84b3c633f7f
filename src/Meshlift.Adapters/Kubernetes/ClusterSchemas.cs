using System.Collections;
using System.Collections.Immutable;
using Meshlift.Adapters.Processes;
using Meshlift.Core;
using Meshlift.Core.Schemas;

namespace Meshlift.Adapters.Kubernetes;

/// <summary>The types that an API server serves, asked for through <c>kubectl</c>, which knows the user's clusters and logins.</summary>
/// <param name="time">The clock of the time limit.</param>
/// <param name="surroundings">The variables from which kubectl's environment is taken; null: those of this process.</param>
public sealed class ClusterSchemas(TimeProvider time, IReadOnlyDictionary<string, string>? surroundings = null)
{
    private const string HowToGet = "install kubectl, or give a file of 'kubectl get --raw /openapi/v2' with --schemas";

    // What logs in to clusters of clouds finds its own login by these.
    private static readonly string[] Prefixes = ["AWS_", "AZURE_", "CLOUDSDK_", "GOOGLE_"];

    /// <summary>Asks the API server.</summary>
    /// <param name="context">The context of the kubeconfig; null for the current one.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="UserException">There is no kubectl, no such context, no answer, or it is no OpenAPI document.</exception>
    public async Task<ImmutableArray<TypeSchema>> ReadAsync(string? context, CancellationToken cancel)
    {
        var all = surroundings ?? Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "", StringComparer.Ordinal);
        var call = new ProgramCall(Directory.GetCurrentDirectory(), ["get", "--raw", "/openapi/v2", "--request-timeout=60s", .. context is null ? (string[])[] : ["--context", context]])
        {
            Variables = all.Where(variable => variable.Key == "KUBECONFIG" || Prefixes.Any(prefix => variable.Key.StartsWith(prefix, StringComparison.Ordinal))).ToImmutableDictionary(),
        };
        var output = await new ExternalProgram("kubectl", HowToGet, time, all).RunAsync(call, cancel);
        if (output.ExitCode != 0)
            throw output.Failure(context is null ? "check the current context with 'kubectl config current-context', or name another with --context" : $"check that 'kubectl --context {context} version' works");
        return KubernetesSchemas.Read(output.Output, $"the API server of {(context is null ? "the current context" : $"the context {context}")}");
    }
}
