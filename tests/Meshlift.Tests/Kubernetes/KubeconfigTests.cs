using System.Text;
using Meshlift.Adapters.Kubernetes.Access;
using Meshlift.Core;
using Meshlift.Core.Kubernetes.Access;

namespace Meshlift.Tests.Kubernetes;

public sealed class KubeconfigTests
{
    private const string Complete = """
        apiVersion: v1
        kind: Config
        preferences: {}
        current-context: prod
        contexts:
        - name: prod
          context: { cluster: eu, user: ann, namespace: shop }
        - name: bare
          context: { cluster: eu }
        clusters:
        - name: eu
          cluster:
            server: https://api.example.com:6443/k8s/clusters/c-1
            certificate-authority: pki/ca.crt
            tls-server-name: api
            proxy-url: socks5://proxy:1080
            disable-compression: true
            extensions:
            - name: client.authentication.k8s.io/exec
              extension: { audience: x }
        users:
        - name: ann
          user:
            client-certificate-data: QUJD
            client-key: /abs/key.pem
            as: bob
            as-uid: "1"
            as-groups: [dev]
            as-user-extra: { acme.com/project: [a, b] }
            exec:
              apiVersion: client.authentication.k8s.io/v1beta1
              command: bin/login
              args: [--quiet]
              env: [{ name: A, value: "1" }]
              installHint: install it
              provideClusterInfo: true
        """;

    private static Kubeconfig Read(string text, string file = "/home/ann/.kube/config") => KubeconfigReader.Read(file, Encoding.UTF8.GetBytes(text));

    private static string Wrong(string cluster, string user)
    {
        var text = $"current-context: c\ncontexts:\n- name: c\n  context: {{ cluster: k, user: u }}\nclusters:\n- name: k\n  cluster: {cluster}\nusers:\n- name: u\n  user: {user}\n";
        var error = Assert.Throws<UserException>(() => Read(text, "config").Select(null));
        Assert.Equal(ErrorKind.Input, error.Kind);
        Assert.NotEmpty(error.Remedy);
        return error.Message;
    }

    [Fact]
    public void Everything_in_a_kubeconfig_is_read()
    {
        var access = Read(Complete).Select(null);
        Assert.Equal(("prod", "shop"), (access.Name, access.Namespace));
        Assert.Equal("https://api.example.com:6443/k8s/clusters/c-1/", access.Cluster.Server.AbsoluteUri);
        Assert.Equal("/home/ann/.kube/pki/ca.crt", access.Cluster.Authority!.Path);
        Assert.Equal(("api", "socks5://proxy:1080/", true), (access.Cluster.ServerName, access.Cluster.Proxy!.AbsoluteUri, access.Cluster.DisableCompression));
        Assert.NotNull(access.Cluster.PluginConfig);
        Assert.Equal("ABC"u8.ToArray(), access.User.Certificate!.Content);
        Assert.Equal("/abs/key.pem", access.User.Key!.Path);
        Assert.Equal(("bob", "1", "dev"), (access.User.Impersonation!.User, access.User.Impersonation.Uid, Assert.Single(access.User.Impersonation.Groups)));
        Assert.Equal("a b", string.Join(' ', access.User.Impersonation.Extra["acme.com/project"]));
        var plugin = access.User.Plugin!;
        Assert.Equal(("/home/ann/.kube/bin/login", "install it", true, PluginTalk.IfAvailable), (plugin.Command, plugin.InstallHint, plugin.ProvideClusterInfo, plugin.Talk));
        Assert.Equal("1", plugin.Variables["A"]);
        Assert.Equal("", Read(Complete).Select("bare").User.Name);
        Assert.Equal("default", Read(Complete).Select("bare").Namespace);
    }

    [Fact]
    public void Of_each_entry_the_first_file_counts()
    {
        var one = Read("contexts: [{ name: a, context: { cluster: x } }]\nclusters: [{ name: x, cluster: { server: https://one } }]", "one");
        var two = Read("current-context: b\ncontexts: [{ name: a, context: { cluster: l } }, { name: b, context: { cluster: x } }]\nclusters: [{ name: x, cluster: { server: https://two } }, { name: l, cluster: { server: https://two } }]", "two");
        var three = Read("current-context: a", "three");
        var merged = Kubeconfig.Merge([one, two, three]);
        Assert.Equal("b", merged.CurrentContext);
        Assert.Equal("one", merged.Select("a").Cluster.Server.Host);
        Assert.Equal("one", merged.Select(null).Cluster.Server.Host);
        Assert.Equal("one two three", string.Join(' ', merged.Files));
    }

    [Fact]
    public void Files_are_found_as_kubectl_finds_them()
    {
        using var folder = new TempFolder();
        folder.Write(".kube/config", "current-context: usual");
        var one = folder.Write("one", "current-context: first");
        var two = folder.Write("two", "current-context: second");
        var environment = new Dictionary<string, string> { ["HOME"] = folder.Path };
        Assert.Equal("usual", KubeconfigFiles.Read(null, environment).CurrentContext);
        environment["KUBECONFIG"] = $"{folder["missing"]}{Path.PathSeparator}{Path.PathSeparator}{one}{Path.PathSeparator}{two}";
        Assert.Equal("first", KubeconfigFiles.Read(null, environment).CurrentContext);
        environment["KUBECONFIG"] = folder["missing"];
        Assert.Null(KubeconfigFiles.Read(null, environment).CurrentContext);
        Assert.Equal("second", KubeconfigFiles.Read(two, environment).CurrentContext);
        Assert.Equal(ErrorKind.Input, Assert.Throws<UserException>(() => KubeconfigFiles.Read(folder["missing"], environment)).Kind);
    }

    [Theory]
    [InlineData("prd", "did you mean 'prod'?")]
    [InlineData("zzzzzz", "known: bare, prod")]
    public void A_context_that_is_not_there_is_told(string name, string remedy)
    {
        var error = Assert.Throws<UserException>(() => Read(Complete).Select(name));
        Assert.Equal($"/home/ann/.kube/config: there is no context '{name}'", error.Message);
        Assert.Equal(remedy, error.Remedy);
    }

    [Fact]
    public void What_a_context_names_must_be_there()
    {
        const string text = "current-context: c\ncontexts:\n- name: c\n  context: { cluster: k, user: u }\n";
        Assert.Equal("config:4:12: the context 'c' names the cluster 'k', which is not there", Assert.Throws<UserException>(() => Read(text, "config").Select(null)).Message);
        Assert.Equal("config:4:12: the context 'c' names the user 'u', who is not there",
            Assert.Throws<UserException>(() => Read(text + "clusters: [{ name: k, cluster: { server: https://h } }]", "config").Select(null)).Message);
        Assert.StartsWith("config: no current context is set", Assert.Throws<UserException>(() => Read("", "config").Select(null)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", "config:7:12: 'server' of the cluster 'k' is missing (context 'c')")]
    [InlineData("{ server: 10.0.0.1 }", "config:7:22: 'server' of the cluster 'k' is not an address (context 'c')")]
    [InlineData("{ server: ftp://host }", "config:7:22: 'server' of the cluster 'k' is not an address (context 'c')")]
    [InlineData("{ server: https://u:hush@host }", "config:7:22: 'server' of the cluster 'k' holds more than a host, a port and a path (context 'c')")]
    [InlineData("{ server: [a] }", "config:7:22: 'server' of the cluster 'k' must be a text (context 'c')")]
    [InlineData("{ server: https://h, certificate-authority: a, certificate-authority-data: QQ== }", "config:7:87: 'certificate-authority-data' of the cluster 'k' and 'certificate-authority' are both given (context 'c')")]
    [InlineData("{ server: https://h, certificate-authority-data: '%' }", "config:7:61: 'certificate-authority-data' of the cluster 'k' is not base64 (context 'c')")]
    [InlineData("{ server: https://h, insecure-skip-tls-verify: true, certificate-authority: a }", "config:7:59: 'insecure-skip-tls-verify' of the cluster 'k' is given beside a certificate authority (context 'c')")]
    [InlineData("{ server: https://h, insecure-skip-tls-verify: 'true' }", "config:7:59: 'insecure-skip-tls-verify' of the cluster 'k' must be true or false (context 'c')")]
    [InlineData("{ server: https://h, proxy-url: proxy }", "config:7:44: 'proxy-url' of the cluster 'k' is not the address of a proxy (context 'c')")]
    public void A_cluster_that_is_wrong_is_told_with_its_place(string cluster, string message) => Assert.Equal(message, Wrong(cluster, "{}"));

    [Theory]
    [InlineData("{ auth-provider: { name: gcp } }", "'auth-provider' of the user 'u' is 'gcp'; the old auth providers are not spoken")]
    [InlineData("{ client-certificate: a }", "'client-certificate' of the user 'u' has no key")]
    [InlineData("{ client-key-data: QQ== }", "'client-key' of the user 'u' has no certificate")]
    [InlineData("{ token: t, username: ann }", "'username' of the user 'u' is given beside a token")]
    [InlineData("{ token: \"a\\nb\" }", "'token' of the user 'u' has a line break in it")]
    [InlineData("{ as-groups: [a] }", "'as' of the user 'u' is missing, but as-uid, as-groups or as-user-extra is given")]
    [InlineData("{ exec: { command: x } }", "'apiVersion' of the plugin of the user 'u' is missing")]
    [InlineData("{ exec: { apiVersion: client.authentication.k8s.io/v1alpha1, command: x } }", "'apiVersion' of the plugin of the user 'u' is client.authentication.k8s.io/v1alpha1")]
    [InlineData("{ exec: { apiVersion: client.authentication.k8s.io/v1, command: x } }", "'interactiveMode' of the plugin of the user 'u' is missing")]
    [InlineData("{ exec: { apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never } }", "'command' of the plugin of the user 'u' is missing")]
    [InlineData("{ exec: { apiVersion: client.authentication.k8s.io/v1, command: x, interactiveMode: never } }", "'interactiveMode' of the plugin of the user 'u' is never")]
    [InlineData("{ exec: [] }", "'exec' of the user 'u' must be a mapping")]
    public void A_user_who_is_wrong_is_told_with_their_place(string user, string message)
    {
        var told = Wrong("{ server: https://h }", user);
        Assert.Contains(message, told, StringComparison.Ordinal);
        Assert.StartsWith("config:10:", told, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_user_does_not_keep_others_from_their_clusters()
    {
        var config = Read("contexts: [{ name: a, context: { cluster: k, user: good } }, { name: b, context: { cluster: k, user: bad } }]\nclusters: [{ name: k, cluster: { server: https://h } }]\nusers: [{ name: good, user: { token: t } }, { name: bad, user: { auth-provider: { name: oidc } } }]");
        Assert.Equal("good", config.Select("a").User.Name);
        Assert.Throws<UserException>(() => config.Select("b"));
    }

    [Theory]
    [InlineData("[]", "this is no kubeconfig")]
    [InlineData("kind: Pod", "'kind' of the kubeconfig is Pod, not Config")]
    [InlineData("clusters: {}", "'clusters' of the kubeconfig must be a list")]
    [InlineData("clusters: [x]", "'clusters' of the kubeconfig must be a list of mappings")]
    [InlineData("users: [{ user: {} }]", "'name' of an entry of 'users' is missing")]
    [InlineData("users: [{ name: a }, { name: a }]", "'name' of an entry of 'users' is 'a' for the second time in 'users'")]
    [InlineData("a: b: c", "")]
    public void What_is_no_kubeconfig_is_told(string text, string message)
    {
        var error = Assert.Throws<UserException>(() => Read(text, "config"));
        Assert.StartsWith("config:", error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory, InlineData(""), InlineData("# nothing\n"), InlineData("null"), InlineData("users: null\nclusters: []\ncurrent-context: ''\n")]
    public void A_kubeconfig_may_say_nothing(string text) => Assert.Null(Read(text).CurrentContext);

    [Fact]
    public void A_user_is_never_printed() => Assert.DoesNotContain("hush", $"{new KubeUser("ann", new KubeconfigPlace("c", null)) { Token = "hush", Password = "hush" }}", StringComparison.Ordinal);
}
