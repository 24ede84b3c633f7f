using System.Collections.Immutable;
using System.Text;
using Meshlift.Adapters.Processes;
using Meshlift.Core;
using Meshlift.Core.Kubernetes.Access;

namespace Meshlift.Adapters.Kubernetes.Access;

/// <summary>What a credential plugin gives. It runs once for all requests, and again when its answer has expired or a server does not take it.</summary>
internal sealed class PluginCredentials : ICredentials, IDisposable
{
    // A token that ends while the request is on its way would only bring a 401.
    private static readonly TimeSpan Early = TimeSpan.FromSeconds(10);

    private readonly ClusterAccess _access;
    private readonly CredentialPlugin _plugin;
    private readonly ClientSettings _settings;
    private readonly IReadOnlyDictionary<string, string> _environment;
    private readonly SemaphoreSlim _one = new(1);
    private (Credential Credential, DateTimeOffset? Expires)? _current;
    private int _fruitless;

    public PluginCredentials(ClusterAccess access, ClientSettings settings)
    {
        _access = access;
        _plugin = access.User.Plugin!;
        _settings = settings;
        _environment = settings.Environment ?? CleanEnvironment.OfThisProcess();
        if (_plugin.Talk == PluginTalk.Always)
        {
            throw new UserException(ErrorKind.Environment, $"{_plugin.Place}: the credential plugin '{_plugin.Command}' of the user '{access.User.Name}' must talk to a person (interactiveMode: Always)",
                "log in by another means, or set interactiveMode to IfAvailable if it can do without");
        }
    }

    public async ValueTask<Credential> GetAsync(CancellationToken cancel)
    {
        if (Current() is { } cached) return cached;
        await _one.WaitAsync(cancel);
        try
        {
            if (Current() is { } other) return other;
            var answer = await RunAsync(cancel);
            var certificate = answer.Certificate is null
                ? FixedCredentials.CertificateOf(_access.User)
                : ClientCertificate.Load(Encoding.UTF8.GetBytes(answer.Certificate), Encoding.UTF8.GetBytes(answer.Key!), $"the answer of the credential plugin '{_plugin.Command}'");
            var credential = new Credential(answer.Token is null ? null : "Bearer " + answer.Token, certificate);
            _current = (credential, answer.Expires);
            return credential;
        }
        finally
        {
            _one.Release();
        }
    }

    public bool Refuse(Credential refused)
    {
        // A plugin whose answers are never taken is not run for every request of many.
        if (_current?.Credential == refused) _current = null;
        return Interlocked.Increment(ref _fruitless) <= 10;
    }

    /// <summary>A server took what was given.</summary>
    public void Accepted() => _fruitless = 0;

    public void Dispose() => _one.Dispose();

    private Credential? Current() =>
        _current is { } current && (current.Expires is not { } end || _settings.Time.GetUtcNow() < end - Early) ? current.Credential : null;

    private async Task<ExecCredential> RunAsync(CancellationToken cancel)
    {
        var authority = _plugin.ProvideClusterInfo && _access.Cluster.Authority is { } source ? ClientCertificate.Read(source) : [];
        // A plugin finds its own login in the environment and gets all of it, as kubectl gives it; the kubeconfig's variables win.
        var variables = _environment.ToImmutableDictionary(StringComparer.Ordinal)
            .SetItems(_plugin.Variables)
            .SetItem("KUBERNETES_EXEC_INFO", ExecCredential.Request(_plugin, _access.Cluster, authority));
        var hint = _plugin.InstallHint.Length > 0 ? _plugin.InstallHint : $"install it, or correct the user '{_access.User.Name}' at {_plugin.Place}";
        var program = new ExternalProgram(_plugin.Command.Contains('/', StringComparison.Ordinal) ? Path.GetFullPath(_plugin.Command) : _plugin.Command, hint, _settings.Time, _environment);
        var output = await RunAsync(program, hint, new ProgramCall(Environment.CurrentDirectory, _plugin.Arguments)
        {
            Shown = [],
            Variables = variables,
            TimeLimit = _settings.PluginLimit,
            LargestOutput = 1 << 20,
            LargestErrorOutput = 1 << 20,
        }, cancel);
        if (output.ExitCode != 0) throw output.Failure($"the user '{_access.User.Name}' at {_plugin.Place} gets its credentials from it: run it by hand, or log in again");
        return ExecCredential.Read(_plugin, output.Output.Span);
    }

    private async Task<ProgramOutput> RunAsync(ExternalProgram program, string hint, ProgramCall call, CancellationToken cancel)
    {
        try
        {
            return await program.RunAsync(call, cancel);
        }
        catch (UserException e) when (e.Remedy != hint)
        {
            throw new UserException(e.Kind, $"{_plugin.Place}: the credential plugin of the user '{_access.User.Name}': {e.Message}", e.Remedy, e);
        }
    }
}
