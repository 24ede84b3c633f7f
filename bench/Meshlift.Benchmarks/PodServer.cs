using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Meshlift.Benchmarks;

/// <summary>A server on the loopback address with a great many pods, which it sends page by page; as little HTTP as clients need, so that it costs them nothing.</summary>
internal sealed class PodServer : IDisposable
{
    private const int LargestPage = 500;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _pods;
    private readonly byte[] _pod;
    private readonly int[] _numbers;

    public PodServer(int pods)
    {
        _pods = pods;
        _pod = Encoding.UTF8.GetBytes(Pod());
        _numbers = [.. Numbers(_pod)];
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The size of one pod as JSON, in bytes.</summary>
    public int PodSize => _pod.Length;

    public void Dispose() => _listener.Stop();

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = Task.Run(Serve(await _listener.AcceptTcpClientAsync()));
        }
        catch (SocketException)
        {
            // Stopped.
        }
    }

    private Func<Task> Serve(TcpClient socket) => async () =>
    {
        // As Go's servers do; otherwise the body waits for the receipt of the head.
        socket.NoDelay = true;
        using (socket)
        using (var reader = new StreamReader(socket.GetStream(), Encoding.ASCII, leaveOpen: true))
        {
            // Made once for each connection; from page to page only the numbers change, so that the server costs the client next to nothing.
            var page = new Page();
            while (await reader.ReadLineAsync() is { Length: > 0 } line)
            {
                while (await reader.ReadLineAsync() is { Length: > 0 })
                {
                    // The head of a request.
                }
                var body = Answer(line.Split(' ')[1], page);
                var head = string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n");
                await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head));
                await socket.GetStream().WriteAsync(body);
            }
        }
    };

    private byte[] Answer(string address, Page page)
    {
        var path = address.Split('?')[0];
        return path switch
        {
            "/api" => """{"kind":"APIVersions","versions":["v1"]}"""u8.ToArray(),
            "/apis" => """{"kind":"APIGroupList","apiVersion":"v1","groups":[]}"""u8.ToArray(),
            "/api/v1" => """{"kind":"APIResourceList","groupVersion":"v1","resources":[{"name":"pods","singularName":"pod","namespaced":true,"kind":"Pod","verbs":["get","list"]}]}"""u8.ToArray(),
            "/api/v1/pods" => Next(address, page),
            _ => """{"gitVersion":"v1.33.2","major":"1","minor":"33"}"""u8.ToArray(),
        };
    }

    private byte[] Next(string address, Page held)
    {
        var parameters = address.Split('?', 2).Skip(1).SelectMany(query => query.Split('&')).Select(one => one.Split('=', 2)).Where(one => one.Length == 2).ToDictionary(one => one[0], one => one[1], StringComparer.Ordinal);
        var first = int.Parse(parameters.GetValueOrDefault("continue", "0"), CultureInfo.InvariantCulture);
        var count = Math.Min(_pods - first, Math.Min(LargestPage, int.Parse(parameters.GetValueOrDefault("limit", "500"), CultureInfo.InvariantCulture)));
        var next = first + count < _pods ? (first + count).ToString("D9", CultureInfo.InvariantCulture) : "";
        var head = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$"""{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"100","continue":"{{next}}"},"items":["""));
        var length = head.Length + ((_pod.Length + 1) * count) + 1;
        var isNew = held.Bytes.Length != length;
        if (isNew) held.Bytes = new byte[length];
        var page = held.Bytes;
        head.CopyTo(page, 0);
        var at = head.Length;
        Span<byte> digits = stackalloc byte[8];
        for (var i = 0; i < count; i++)
        {
            if (isNew) _pod.CopyTo(page, at);
            (first + i).TryFormat(digits, out _, "D8", CultureInfo.InvariantCulture);
            foreach (var number in _numbers) digits.CopyTo(page.AsSpan(at + number));
            at += _pod.Length;
            page[at++] = (byte)',';
        }
        // The last comma and the end.
        page[at - 1] = (byte)']';
        page[at] = (byte)'}';
        return page;
    }

    private sealed class Page
    {
        public byte[] Bytes { get; set; } = [];
    }

    private static List<int> Numbers(byte[] pod)
    {
        var places = new List<int>();
        for (var at = pod.AsSpan().IndexOf("########"u8); at >= 0;)
        {
            places.Add(at);
            var further = pod.AsSpan(at + 8).IndexOf("########"u8);
            at = further < 0 ? -1 : at + 8 + further;
        }
        return places;
    }

    /// <summary>A pod with a sidecar as an API server writes it, managed fields and all.</summary>
    public static string Pod()
    {
        var variables = string.Join(",", Enumerable.Range(0, 12).Select(i => $$"""{"name":"SETTING_{{i}}","value":"a value of usual length, {{i}}"}"""));
        var managed = string.Join(",", Enumerable.Range(0, 40).Select(i => $"\"f:field{i}\":" + """{".":{},"f:name":{},"f:value":{}}"""));
        return """
            {"metadata":{"name":"web-7d9f6c5b8-########","generateName":"web-7d9f6c5b8-","namespace":"shop","uid":"6a1f0c1e-1111-4222-8333-0000########","resourceVersion":"########","creationTimestamp":"2026-11-20T09:30:00Z",
            "labels":{"app":"web","app.kubernetes.io/version":"1.4.2","pod-template-hash":"7d9f6c5b8","security.istio.io/tlsMode":"istio","service.istio.io/canonical-name":"web","service.istio.io/canonical-revision":"latest","istio.io/rev":"1-30-3"},
            "annotations":{"istio.io/rev":"1-30-3","kubectl.kubernetes.io/default-container":"web","prometheus.io/path":"/stats/prometheus","prometheus.io/port":"15020","prometheus.io/scrape":"true","sidecar.istio.io/status":"{\"initContainers\":[\"istio-init\",\"istio-proxy\"],\"containers\":null,\"volumes\":[\"workload-socket\",\"credential-socket\",\"istio-envoy\",\"istio-data\"],\"imagePullSecrets\":null,\"revision\":\"1-30-3\"}"},
            "ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"web-7d9f6c5b8","uid":"0b7ff1f7-aaaa-4bbb-8ccc-000000000001","controller":true,"blockOwnerDeletion":true}],
            "managedFields":[{"manager":"kube-controller-manager","operation":"Update","apiVersion":"v1","time":"2026-11-20T09:30:00Z","fieldsType":"FieldsV1","fieldsV1":{MANAGED}}]},
            "spec":{"volumes":[{"name":"istio-envoy","emptyDir":{"medium":"Memory"}},{"name":"istio-data","emptyDir":{}},{"name":"kube-api-access","projected":{"sources":[{"serviceAccountToken":{"expirationSeconds":3607,"path":"token"}}],"defaultMode":420}}],
            "initContainers":[{"name":"istio-init","image":"docker.io/istio/proxyv2:1.30.3","args":["istio-iptables","-p","15001"],"resources":{"limits":{"cpu":"2","memory":"1Gi"}}},{"name":"istio-proxy","image":"docker.io/istio/proxyv2:1.30.3","restartPolicy":"Always","args":["proxy","sidecar"],"env":[VARIABLES],"resources":{"limits":{"cpu":"2","memory":"1Gi"}}}],
            "containers":[{"name":"web","image":"registry.example.com/shop/web:1.4.2","ports":[{"containerPort":8080,"protocol":"TCP"}],"env":[VARIABLES],"resources":{"limits":{"cpu":"500m","memory":"256Mi"}},"volumeMounts":[{"name":"kube-api-access","readOnly":true,"mountPath":"/var/run/secrets/kubernetes.io/serviceaccount"}]}],
            "restartPolicy":"Always","terminationGracePeriodSeconds":30,"dnsPolicy":"ClusterFirst","serviceAccountName":"web","nodeName":"node-17.eu.example.com","schedulerName":"default-scheduler","tolerations":[{"key":"node.kubernetes.io/not-ready","operator":"Exists","effect":"NoExecute","tolerationSeconds":300}],"priority":0},
            "status":{"phase":"Running","conditions":[{"type":"Initialized","status":"True","lastTransitionTime":"2026-11-20T09:30:10Z"},{"type":"Ready","status":"True","lastTransitionTime":"2026-11-20T09:30:20Z"},{"type":"PodScheduled","status":"True","lastTransitionTime":"2026-11-20T09:30:00Z"}],"hostIP":"10.0.0.17","podIP":"10.1.2.3","startTime":"2026-11-20T09:30:00Z",
            "containerStatuses":[{"name":"web","state":{"running":{"startedAt":"2026-11-20T09:30:15Z"}},"ready":true,"restartCount":0,"image":"registry.example.com/shop/web:1.4.2","imageID":"sha256:4f0c","containerID":"containerd://1","started":true}],"qosClass":"Burstable"}}
            """.ReplaceLineEndings("").Replace("MANAGED", managed, StringComparison.Ordinal).Replace("VARIABLES", variables, StringComparison.Ordinal);
    }
}
