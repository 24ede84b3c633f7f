using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Meshlift.Adapters.Kubernetes;
using Meshlift.Adapters.Kubernetes.Access;
using Meshlift.Core;
using Meshlift.Core.Kubernetes.Access;
using Meshlift.Tests.Releases;
using Meshlift.Yaml;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Meshlift.Tests.Kubernetes;

/// <summary>Who asks, by real servers, real files and real plugins.</summary>
public sealed class CredentialTests
{
    private const string Version = """{"gitVersion":"v1.33.2"}""";

    /// <summary>A clock that is put forward by hand; timers run by the system's.</summary>
    private sealed class HandClock : TimeProvider
    {
        public TimeSpan Ahead { get; set; }

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Ahead;
    }

    private static string? Shown(ApiServer server) => server.Requests.Last().Headers.GetValueOrDefault("Authorization");

    private static async Task<CredentialPlugin> PluginAsync(TempFolder folder, string script, string version = "v1") =>
        new("client.authentication.k8s.io/" + version, await Script.WriteAsync(folder, "plugin", "#!/bin/sh\n" + script), new KubeconfigPlace("config", new(0, 9, 5)));

    private static Func<ClusterAccess, ClusterAccess> As(CredentialPlugin plugin) => access => access with { User = access.User with { Name = "ann", Plugin = plugin } };

    private static string Answer(string status, string version = "v1") =>
        $$"""echo '{"apiVersion":"client.authentication.k8s.io/{{version}}","kind":"ExecCredential","status":{{status}} }'""";

    [Fact]
    public async Task A_token_and_impersonation_are_shown()
    {
        await using var server = await ApiServer.OfAsync(Version);
        var other = new Impersonation("bob", "u-1", ["dev"], ImmutableSortedDictionary<string, ImmutableArray<string>>.Empty.Add("acme.com/project", ["a"]));
        using var client = server.Client(change: access => access with { User = access.User with { Token = "secret", Impersonation = other } });
        await client.VersionAsync(default);
        var headers = Assert.Single(server.Requests).Headers;
        Assert.Equal(("Bearer secret", "bob", "u-1"), (headers["Authorization"], headers["Impersonate-User"], headers["Impersonate-Uid"]));
        Assert.Equal("dev", headers["Impersonate-Group"]);
        Assert.Equal("a", headers["Impersonate-Extra-acme.com%2Fproject"]);
        var two = other with { Groups = ["dev", "ops"] };
        Assert.Contains("more than one group", Assert.Throws<UserException>(() => server.Client(change: access => access with { User = access.User with { Impersonation = two } })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_and_a_password_are_shown()
    {
        await using var server = await ApiServer.OfAsync(Version);
        using var client = server.Client(change: access => access with { User = access.User with { UserName = "ann", Password = "pä:ss" } });
        await client.VersionAsync(default);
        Assert.Equal("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("ann:pä:ss")), Shown(server));
    }

    [Fact]
    public async Task A_token_file_is_read_again_when_it_is_old_and_when_the_token_is_refused()
    {
        using var folder = new TempFolder();
        var file = folder.Write("token", "one\n");
        var taken = "Bearer one";
        await using var server = await ApiServer.StartAsync((context, _) => context.Request.Headers.Authorization == taken
            ? context.Response.WriteAsync(Version)
            : ApiServer.RefuseAsync(context, 401, "Unauthorized", "Unauthorized"));
        var clock = new HandClock();
        using var client = server.Client(new ClientSettings { Time = clock }, access => access with { User = access.User with { TokenFile = file, Token = "old" } });
        await client.VersionAsync(default);
        folder.Write("token", "two");
        await client.VersionAsync(default);
        Assert.Equal("Bearer one", Shown(server));
        taken = "Bearer two";
        await client.VersionAsync(default);
        Assert.Equal(4, server.Requests.Count);
        folder.Write("token", "three");
        taken = "Bearer three";
        clock.Ahead = TimeSpan.FromSeconds(11);
        await client.VersionAsync(default);
        Assert.Equal(5, server.Requests.Count);
    }

    [Fact]
    public async Task Credentials_that_are_not_taken_are_said_to_be_so_and_not_shown()
    {
        await using var server = await ApiServer.StartAsync((context, _) => ApiServer.RefuseAsync(context, 401, "Unauthorized", "Unauthorized"));
        using var client = server.Client(change: access => access with { User = access.User with { Token = "hush-hush" } });
        var error = await Assert.ThrowsAsync<UserException>(() => client.VersionAsync(default));
        Assert.Equal("cluster shop: get /version: the API server answered 401 Unauthorized: Unauthorized", error.Message);
        Assert.DoesNotContain("hush", error.ToString() + client.Access, StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Theory, InlineData("v1"), InlineData("v1beta1")]
    public async Task A_plugin_runs_once_until_its_answer_expires(string version)
    {
        using var folder = new TempFolder();
        await using var server = await ApiServer.OfAsync(Version);
        var clock = new HandClock();
        var end = clock.GetUtcNow().AddHours(1).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
        var plugin = await PluginAsync(folder, $"echo x >> {folder["runs"]}\n" + Answer($$"""{"token":"t'$(wc -l < {{folder["runs"]}} | tr -d ' ')'","expirationTimestamp":"{{end}}"}""", version), version);
        using var client = server.Client(new ClientSettings { Time = clock }, As(plugin));
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => client.VersionAsync(default)));
        Assert.Equal("Bearer t1", Shown(server));
        clock.Ahead = TimeSpan.FromMinutes(59.9);
        await client.VersionAsync(default);
        Assert.Equal("Bearer t2", Shown(server));
        Assert.Equal(2, (await File.ReadAllLinesAsync(folder["runs"])).Length);
    }

    [Fact]
    public async Task A_token_that_a_server_no_longer_takes_is_renewed_once()
    {
        using var folder = new TempFolder();
        await using var server = await ApiServer.StartAsync((context, _) => context.Request.Headers.Authorization == "Bearer t2"
            ? context.Response.WriteAsync(Version)
            : ApiServer.RefuseAsync(context, 401, "Unauthorized", "expired"));
        var plugin = await PluginAsync(folder, $"echo x >> {folder["runs"]}\n" + Answer($$"""{"token":"t'$(wc -l < {{folder["runs"]}} | tr -d ' ')'"}"""));
        using var client = server.Client(change: As(plugin));
        Assert.Equal("v1.33.2", (await client.VersionAsync(default)).GitVersion);
        Assert.Equal(["Bearer t1", "Bearer t2"], server.Requests.Select(request => request.Headers["Authorization"]));
    }

    [Fact]
    public async Task A_plugin_is_told_what_it_is_to_know()
    {
        using var folder = new TempFolder();
        await using var server = await ApiServer.OfAsync(Version);
        var plugin = await PluginAsync(folder, $"printf '%s\\n' \"$KUBERNETES_EXEC_INFO\" \"$MINE\" \"$THEIRS\" \"$1\" > {folder["told"]}\ncat >> {folder["told"]}\n" + Answer("""{"token":"t"}"""));
        plugin = plugin with { ProvideClusterInfo = true, Arguments = ["a b; $(touch x)"], Variables = ImmutableDictionary<string, string>.Empty.Add("MINE", "kubeconfig") };
        var environment = new Dictionary<string, string> { ["PATH"] = Environment.GetEnvironmentVariable("PATH")!, ["MINE"] = "process", ["THEIRS"] = "process" };
        using var client = server.Client(new ClientSettings { Environment = environment }, access => As(plugin)(access) with
        {
            Cluster = access.Cluster with { ServerName = "api", PluginConfig = YamlMapping.Of(("audience", "x")) },
        });
        await client.VersionAsync(default);
        var told = await File.ReadAllLinesAsync(folder["told"]);
        Assert.Equal(
            $$"""{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","spec":{"interactive":false,"cluster":{"server":"{{server.Address.AbsoluteUri.TrimEnd('/')}}","tls-server-name":"api","config":{"audience":"x"}""" + "}}}",
            told[0]);
        Assert.Equal(["kubeconfig", "process", "a b; $(touch x)"], told[1..]);
    }

    [Fact]
    public async Task A_plugin_may_give_a_client_certificate()
    {
        using var folder = new TempFolder();
        using var authority = new TestAuthority();
        using var certificate = authority.Server("127.0.0.1");
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (pem, _) = authority.Client("robot", key);
        await using var server = await ApiServer.StartAsync((context, _) => context.Response.WriteAsync($$"""{"gitVersion":"{{context.Connection.ClientCertificate?.Subject}}"}"""), certificate, ClientCertificateMode.RequireCertificate);
        var plugin = await PluginAsync(folder, Answer($$"""{"clientCertificateData":"{{pem.ReplaceLineEndings("\\\\n")}}","clientKeyData":"{{key.ExportPkcs8PrivateKeyPem().ReplaceLineEndings("\\\\n")}}"}""").Replace("echo", "printf '%b'", StringComparison.Ordinal));
        using var client = server.Client(change: access => As(plugin)(access) with { Cluster = access.Cluster with { Authority = new PemSource(null, [.. Encoding.UTF8.GetBytes(authority.Pem)]) } });
        Assert.Equal("CN=robot", (await client.VersionAsync(default)).GitVersion);
    }

    [Theory]
    [InlineData("echo hush-hush", "did not print an ExecCredential")]
    [InlineData("""echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1beta1","status":{"token":"hush-hush"}}'""", "printed client.authentication.k8s.io/v1beta1 and not client.authentication.k8s.io/v1")]
    [InlineData("""echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{}}'""", "printed neither a token nor a client certificate")]
    [InlineData("""echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"hush-hush","expirationTimestamp":"soon"}}'""", "printed an expirationTimestamp that is no time")]
    [InlineData("echo log in first >&2; exit 3", "failed with exit code 3: log in first")]
    [InlineData("head -c 2000000 /dev/zero", "wrote more than 1048576 bytes")]
    public async Task A_plugin_that_gives_nothing_useful_is_told_with_its_place(string script, string problem)
    {
        using var folder = new TempFolder();
        await using var server = await ApiServer.OfAsync(Version);
        using var client = server.Client(change: As(await PluginAsync(folder, script)));
        var error = await Assert.ThrowsAsync<UserException>(() => client.VersionAsync(default));
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.Contains("config:9:5", error.Message + error.Remedy, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", error.ToString(), StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task A_plugin_that_never_ends_is_stopped()
    {
        using var folder = new TempFolder();
        await using var server = await ApiServer.OfAsync(Version);
        using var client = server.Client(new ClientSettings { PluginLimit = TimeSpan.FromMilliseconds(200) }, As(await PluginAsync(folder, "exec sleep 1000")));
        Assert.Contains("did not end within 0.2 s", (await Assert.ThrowsAsync<UserException>(() => client.VersionAsync(default))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plugin_that_is_not_there_is_told_with_its_own_hint()
    {
        await using var server = await ApiServer.OfAsync(Version);
        var plugin = new CredentialPlugin("client.authentication.k8s.io/v1", "no-such-plugin", new KubeconfigPlace("config", null)) { InstallHint = "brew install it" };
        using var client = server.Client(change: As(plugin));
        var error = await Assert.ThrowsAsync<UserException>(() => client.VersionAsync(default));
        Assert.Equal(("the program 'no-such-plugin' is not on PATH", "brew install it"), (error.Message, error.Remedy));
        Assert.Throws<UserException>(() => server.Client(change: As(plugin with { Talk = PluginTalk.Always })));
    }

    [Fact]
    public async Task A_pod_speaks_with_the_account_that_it_was_given()
    {
        using var folder = new TempFolder();
        using var authority = new TestAuthority();
        using var certificate = authority.Server("127.0.0.1");
        await using var server = await ApiServer.StartAsync((context, _) => context.Response.WriteAsync(Version), certificate);
        folder.Write("token", "projected");
        folder.Write("ca.crt", authority.Pem);
        folder.Write("namespace", "mesh\n");
        var environment = new Dictionary<string, string> { ["KUBERNETES_SERVICE_HOST"] = "127.0.0.1", ["KUBERNETES_SERVICE_PORT"] = server.Address.Port.ToString(System.Globalization.CultureInfo.InvariantCulture) };
        var access = InClusterAccess.Find(environment, folder.Path)!;
        Assert.Equal("mesh", access.Namespace);
        using var client = new ClusterClient(access);
        await client.VersionAsync(default);
        Assert.Equal("Bearer projected", Shown(server));
        Assert.Null(InClusterAccess.Find(new Dictionary<string, string>(), folder.Path));
        environment["KUBERNETES_SERVICE_HOST"] = "fd00::1";
        Assert.Equal($"https://[fd00::1]:{server.Address.Port}/", InClusterAccess.Find(environment, folder.Path)!.Cluster.Server.AbsoluteUri);
    }
}
